import type { MeasuredContraction } from './contraction-tally.ts'
import type { Work } from './work-log.ts'

/** What came of one run, an arm with one seed: one line of a sweep's journal. Plain JSON, the same bytes for the same settings. */

/** How a run ended. */
export type Outcome =
  /** It took all its steps. */
  | 'done'
  /** Vectors were no longer finite. */
  | 'diverged'
  /** The honest members waited for what never came. */
  | 'stalled'
  /** The guard did not let it start. */
  | 'refused'

export interface RunResult {
  /** Of the settings with the seed: equal digests, equal results. */
  readonly digest: string
  readonly arm: number
  readonly label: string
  readonly seed: number
  readonly outcome: Outcome
  /** Why, where it is not `done`; null where it is. */
  readonly sentence: string | null
  /** What the guard says of it. */
  readonly standing: 'proven' | 'outside-proof' | 'impossible'
  /** At the end, on all test samples, over all honest members that are up; null where the run did not get there. */
  readonly final: Measurement | null
  /** In the order of the steps. */
  readonly curve: readonly CurvePoint[]
  /** Steps that all honest members took that keep the result and never crash. */
  readonly steps: number
  /** Agreements in which nothing was proven for lack of vectors, over all honest members that never crash. */
  readonly unprovenRounds: number
  /** Agreements in which trimmed mean stood in for the rule, over the same. */
  readonly fallbackRounds: number
  /** Steps in which the model was left as it was, over all honest members that keep it. */
  readonly refusedSteps: number
  /**
   * What the agreements on each made of the true honest spread, over the honest members that keep the result and never crash; null
   * where the run did not take all its steps, or fewer than two of them bring vectors of their own.
   */
  readonly contraction: Readonly<Record<'gradient' | 'model', MeasuredContraction | null>>
  /** What it cost up to its end, whichever that was; null where it was refused. */
  readonly work: Work | null
  readonly virtualMs: number
  /**
   * Over all deliveries up to the end, whichever that was: equal where the same was said, to the same members, at the same
   * times. Null where the run was refused.
   */
  readonly traceHash: string | null
}

export interface Measurement {
  /** Mean over the members that were measured; null where it is beyond all numbers. */
  readonly loss: number | null
  /** Mean share of samples classified correctly, 0 to 1; null where there is nothing to classify. */
  readonly accuracy: number | null
  /** The accuracy of the member that has least. */
  readonly leastAccuracy: number | null
  /** Largest L2 distance between two honest models after agreement. */
  readonly spread: number
}

export interface CurvePoint extends Measurement {
  readonly step: number
}
