/** What DRACO's roles are told and report: LEARN's report of a step, and what exact recovery has to say besides. */
import type { Milliseconds } from '../../mesh/clock.ts'
import type { PeerId, Step } from '../../mesh/mesh.ts'
import type { Progress, StepReport } from '../protocol.ts'
import type { DracoCode } from './assess.ts'

export interface DracoOptions {
  readonly code: DracoCode
  /** Declared bound on lying workers; the papers' s. Of late ones too, with the cyclic code. */
  readonly f: number
  /** How many steps to take, and which is the first. */
  readonly steps: Step
  readonly firstStep?: Step | undefined
  /** Samples of each gradient of a step. @default the learner's own batch */
  readonly batch?: ((step: Step) => number) | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly signal: AbortSignal
}

/**
 * `gradient` is the server's: what it recovered, `before` and `after` alike and with no spread, since honest workers agree
 * exactly. It is undefined at a worker, and where the step was refused. `model` is always undefined: models are not agreed on.
 */
export interface DracoReport extends StepReport {
  /** Gradients that this member computed: 2f+1 at a worker, 0 at the server. */
  readonly gradients: number
  /** Workers that certainly lied in this step, sorted. Empty at a worker. */
  readonly caught: readonly PeerId[]
  /** Why the server left the model as it was; undefined where it took the step. */
  readonly refusal: string | undefined
}

/** What the server got out of one step's answers. */
export type Recovered = {
  readonly heard: readonly PeerId[]
  /** Absent, unreadable or caught. */
  readonly missing: readonly PeerId[]
  readonly caught: readonly PeerId[]
  /** Time that decoding took. */
  readonly ruleMs: Milliseconds
} & ({ readonly mean: Float32Array } | { readonly refusal: string })
