/**
 * What a learning protocol is to the daemon and the simulator: an async generator over a mesh and a learner that yields
 * a report after every step. Its caller drives it, records the reports and may leave at any step.
 */
import type { Milliseconds } from '../mesh/clock.ts'
import type { PeerId, Step } from '../mesh/mesh.ts'

/** One exchange, judged by what came in: the worst case of what may have happened. */
export interface ExchangeReport {
  /** u_i: members that were missing and may be honest; those whose vector was refused are not. */
  readonly late: number
  /** k_i: what trimmed mean is then proven to leave of the honest range of a coordinate; 1 where that is all of it. */
  readonly factor: number
}

/** One agreement on vectors, as this peer saw it. */
export interface AgreementReport {
  /** Exchanges that the agreement took. */
  readonly rounds: number
  /** Whose vectors came in, in the last exchange; sorted. */
  readonly heard: readonly PeerId[]
  /** Members that were absent or refused in the last exchange; sorted. */
  readonly missing: readonly PeerId[]
  /** This peer's vector before and after. Not to be written to. */
  readonly before: Float32Array
  readonly after: Float32Array
  /**
   * Radius around the result that holds all but f of the vectors of the first and of the last exchange (L2). May be computed
   * when first read, in O(n d), and keep those vectors until then: read it soon or never.
   */
  readonly spreadBefore: number
  readonly spreadAfter: number
  /**
   * Whether the second is smaller than the first. Undefined where there is nothing to compare: an exchange shows what came
   * into it, so the last result is seen by nobody but its owner, and one exchange shows no change.
   */
  readonly hasShrunk: boolean | undefined
  /** What each exchange lost and proves, in order. */
  readonly exchanges: readonly ExchangeReport[]
  /** Exchanges that lost so many vectors that no contraction is proven for them (docs/PROOFS.md 2). */
  readonly unprovenRounds: number
  /** Exchanges in which too few vectors came in for the rule, and trimmed mean stood in for it. */
  readonly fallbackRounds: number
}

/** Where the time of a step went. */
export interface StepTimes {
  readonly computeMs: Milliseconds
  /** From saying a vector to having gathered: transfer and waiting for others. */
  readonly exchangeMs: Milliseconds
  readonly ruleMs: Milliseconds
}

export interface StepReport {
  readonly step: Step
  readonly gradient: AgreementReport | undefined
  readonly model: AgreementReport | undefined
  readonly times: StepTimes
}

/** Told while a step is under way, for status lines: what the peer is doing and whom it waits for. */
export interface Progress {
  readonly step: Step
  readonly doing: 'compute' | 'exchange' | 'rule'
  readonly phase: string
  /** Members not heard from yet in this exchange; empty while it does not wait. */
  readonly waitingFor: readonly PeerId[]
  /** True once the deadline is over and fewer than n - f have answered: the swarm cannot go on without them. */
  readonly stalled: boolean
}
