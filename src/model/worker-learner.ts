/** A learner in a thread of its own: training never keeps the network waiting. */
import { Worker } from 'node:worker_threads'
import { siblingModule } from '../util/asset.ts'
import { abortable } from '../util/signal.ts'
import { modelError } from './errors.ts'
import type { Evaluation, GradientOptions } from './learner.ts'
import type { LearnerOptions, LearnerSummary, LocalLearner } from './learner-options.ts'
import { type Answers, type Call, decodeError, type Reply, type Request } from './worker-protocol.ts'

/**
 * Starts a worker thread, loads backend, data and model in it, and resolves when it can train.
 *
 * Vectors handed to `apply` and `load` are copied; those it returns are the caller's. Calls are answered in order.
 * Rejects with the coded error of whatever failed in the thread (`MODEL_BACKEND_MISSING`, `DATA_MISSING`, ...) and
 * ends the thread. A thread that dies rejects what is pending, and every later call, with `MODEL_WORKER_DIED`.
 * `close` ends it; what is pending then, and every later call, is rejected with `MODEL_CLOSED`.
 */
export async function startLearner(
  options: LearnerOptions,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<LocalLearner> {
  signal?.throwIfAborted()
  const worker = new Worker(siblingModule(import.meta.url, 'learner-worker'), { workerData: options })
  const line = new Line(worker)
  try {
    const summary = await (signal ? abortable(line.ready, signal) : line.ready)
    return new WorkerLearner(line, summary)
  } catch (error) {
    await line.close()
    throw error
  }
}

/** The learner as seen from this thread: each method is one call over the line. */
class WorkerLearner implements LocalLearner {
  readonly summary: LearnerSummary
  readonly dimension: number
  readonly #line: Line

  constructor(line: Line, summary: LearnerSummary) {
    this.#line = line
    this.summary = summary
    this.dimension = summary.dimension
  }

  gradient(options: GradientOptions): Promise<Float32Array> {
    return this.#line.call({ method: 'gradient', options })
  }

  apply(direction: Float32Array, step: number): Promise<void> {
    return this.#line.call({ method: 'apply', direction, step })
  }

  parameters(): Promise<Float32Array> {
    return this.#line.call({ method: 'parameters' })
  }

  load(parameters: Float32Array): Promise<void> {
    return this.#line.call({ method: 'load', parameters })
  }

  evaluate(options?: { readonly samples?: number }): Promise<Evaluation> {
    return this.#line.call({ method: 'evaluate', options })
  }

  close(): Promise<void> {
    return this.#line.close()
  }
}

interface Pending {
  resolve(value: Answers[keyof Answers]): void
  reject(error: Error): void
}

/** Requests to a worker and their answers, and what becomes of them when it ends. */
class Line {
  readonly #worker: Worker
  readonly #ready = Promise.withResolvers<LearnerSummary>()
  readonly #pending = new Map<number, Pending>()
  #nextId = 0
  /** Why no call can be answered any more. */
  #ended: Error | undefined

  constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', (reply: Reply) => this.#receive(reply))
    worker.on('error', (error: Error) => this.#end(error.message))
    worker.on('exit', (exitCode) => this.#end(`exit code ${exitCode}`))
    // Whoever waits for it is told; a close before that leaves no one to tell.
    this.#ready.promise.catch(() => {})
  }

  /** Resolves once the thread can train. */
  get ready(): Promise<LearnerSummary> {
    return this.#ready.promise
  }

  async call<C extends Call>(call: C): Promise<Answers[C['method']]> {
    if (this.#ended) throw this.#ended
    const { promise, resolve, reject } = Promise.withResolvers<Answers[keyof Answers]>()
    const id = this.#nextId++
    this.#pending.set(id, { resolve, reject })
    this.#worker.postMessage({ ...call, id } satisfies Request)
    return (await promise) as Answers[C['method']]
  }

  async close(): Promise<void> {
    this.#fail(modelError({ code: 'MODEL_CLOSED' }))
    await this.#worker.terminate()
  }

  #receive(reply: Reply): void {
    switch (reply.kind) {
      case 'ready':
        this.#ready.resolve(reply.summary)
        break
      case 'answer':
        this.#take(reply.id)?.resolve(reply.value)
        break
      case 'failed': {
        const error = decodeError(reply.error)
        if (reply.id === undefined) this.#fail(error)
        else this.#take(reply.id)?.reject(error)
        break
      }
      default:
        reply satisfies never
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    return pending
  }

  #end(reason: string): void {
    this.#fail(modelError({ code: 'MODEL_WORKER_DIED', reason }))
  }

  /** The first reason counts: a thread that failed or was closed exits afterwards. */
  #fail(error: Error): void {
    if (this.#ended) return
    this.#ended = error
    this.#ready.reject(error)
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}
