/** What the two sides of a learner's thread say to each other. Plain data: it is cloned on the way. */
import { CodedError, isCoded, type Problem } from '../util/coded-error.ts'
import { modelError } from './errors.ts'
import type { Evaluation, GradientOptions } from './learner.ts'
import type { LearnerSummary } from './learner-options.ts'

/** A method of `Learner` and its arguments. */
export type Call =
  | { readonly method: 'gradient'; readonly options: GradientOptions }
  | { readonly method: 'apply'; readonly direction: Float32Array; readonly step: number }
  | { readonly method: 'parameters' }
  | { readonly method: 'load'; readonly parameters: Float32Array }
  | { readonly method: 'evaluate'; readonly options: { readonly samples?: number } | undefined }

/** What each method answers with. */
export interface Answers {
  readonly gradient: Float32Array
  readonly apply: undefined
  readonly parameters: Float32Array
  readonly load: undefined
  readonly evaluate: Evaluation
}

/** To the thread. Calls are answered in the order in which they were sent. */
export type Request = Call & { readonly id: number }

/** From the thread: once that it is ready or why not, then one answer a request. */
export type Reply =
  | { readonly kind: 'ready'; readonly summary: LearnerSummary }
  | { readonly kind: 'answer'; readonly id: number; readonly value: Answers[keyof Answers] }
  | { readonly kind: 'failed'; readonly id: number | undefined; readonly error: WireError }

/** An error as data: ours with its record, any other with its message. */
export type WireError =
  | { readonly problem: Problem; readonly sentence: string }
  | { readonly problem: undefined; readonly sentence: string }

export function encodeError(error: unknown): WireError {
  if (isCoded(error)) {
    return { problem: error.problem, sentence: error.message.slice(error.code.length + ': '.length) }
  }
  return { problem: undefined, sentence: error instanceof Error ? error.message : String(error) }
}

/** The error that was encoded, or `MODEL_WORKER_FAILED` where it was not one of ours. */
export function decodeError({ problem, sentence }: WireError): CodedError {
  return problem
    ? new CodedError(problem, sentence)
    : modelError({ code: 'MODEL_WORKER_FAILED', reason: sentence })
}
