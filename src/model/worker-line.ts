/** Requests to a learner's thread and their answers, and what becomes of them when the thread ends. */
import type { Worker } from 'node:worker_threads'
import { modelError } from './errors.ts'
import type { LearnerSummary } from './learner-options.ts'
import { type Answers, type Call, decodeError, type Reply, type Request } from './worker-protocol.ts'

interface Pending {
  resolve(value: Answers[keyof Answers]): void
  reject(error: Error): void
}

/**
 * Calls to the thread behind a worker, answered in order. A thread that ends by itself rejects what is pending, and
 * every later call, with MODEL_WORKER_DIED; one that was closed, with MODEL_CLOSED; one that never became ready, with
 * the error that it reports.
 */
export class WorkerLine {
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

  /** Answers as the method of `Learner` does; rejects with its coded error. */
  async call<C extends Call>(call: C): Promise<Answers[C['method']]> {
    if (this.#ended) throw this.#ended
    const { promise, resolve, reject } = Promise.withResolvers<Answers[keyof Answers]>()
    const id = this.#nextId++
    // In this order: arguments that cannot be cloned throw here and leave nothing pending.
    this.#worker.postMessage({ ...call, id } satisfies Request)
    this.#pending.set(id, { resolve, reject })
    return (await promise) as Answers[C['method']]
  }

  /** Ends the thread. May be called again. */
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
