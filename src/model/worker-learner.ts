/** A learner in a thread of its own: training never keeps the network waiting. */
import { Worker } from 'node:worker_threads'
import { siblingModule } from '../util/asset.ts'
import { abortable } from '../util/signal.ts'
import type { Evaluation, GradientOptions } from './learner.ts'
import type { LearnerOptions, LearnerSummary, LocalLearner } from './learner-options.ts'
import { WorkerLine } from './worker-line.ts'

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
  const line = new WorkerLine(worker)
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
  readonly #line: WorkerLine

  constructor(line: WorkerLine, summary: LearnerSummary) {
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
