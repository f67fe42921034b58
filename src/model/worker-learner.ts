/** A learner in a thread of its own: training never keeps the network waiting. */
import type { LearnerOptions, LocalLearner } from './learner-options.ts'

/**
 * Starts a worker thread, loads backend, data and model in it, and resolves when it can train.
 *
 * Vectors handed to `apply` and `load` are copied; those it returns are the caller's. Calls are answered in order.
 * Rejects with the coded error of whatever failed in the thread (`MODEL_BACKEND_MISSING`, `DATA_MISSING`, ...).
 * A thread that dies rejects what is pending, and every later call, with `MODEL_WORKER_DIED`. `close` ends it.
 */
export declare function startLearner(
  options: LearnerOptions,
  waiting?: { readonly signal?: AbortSignal },
): Promise<LocalLearner>
