/** What the roles of two-server aggregation are told, and what they report of a step. */

import type { PeerId, Step } from '../../mesh/mesh.ts'
import type { Progress, StepReport } from '../protocol.ts'
import type { AgreementRule } from '../rule.ts'
import type { TwoServerWait } from './halves.ts'
import type { FixedPoint } from './range.ts'
import type { Ring } from './ring/ring.ts'

export interface TwoServerOptions {
  /** How many steps to take, and which is the first. */
  readonly steps: Step
  readonly firstStep?: Step | undefined
  /** Declared bound on workers that lie or are late. */
  readonly f: number
  /** One that needs distances alone: krum, multikrum, mda, mva, nnm before them. */
  readonly rule: AgreementRule
  /** The same at all members. @default defaultFixedPoint */
  readonly fixedPoint?: FixedPoint
  /** Off, a liar overflows the ring unseen. The same at all members. @default true */
  readonly checksRange?: boolean
  /** The first server's. */
  readonly wait: TwoServerWait
  /** Samples of the gradient of a step. @default the learner's own batch */
  readonly batch?: ((step: Step) => number) | undefined
  /** @default WebAssembly where it was built */
  readonly ring?: Ring
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly signal: AbortSignal
}

/** `gradient` and `model` are undefined: nobody here sees the vectors before and after. */
export interface TwoServerReport extends StepReport {
  /** Workers whose vectors were aggregated, as far as this role knows; sorted. Empty at the dealer. */
  readonly heard: readonly PeerId[]
  /** Workers that were absent or late; sorted. */
  readonly missing: readonly PeerId[]
  /** Workers that failed the range check, which only the servers learn; sorted. */
  readonly refused: readonly PeerId[]
  /** Weights that the second server chose, by position among the workers; undefined elsewhere. */
  readonly weights?: Float64Array
}
