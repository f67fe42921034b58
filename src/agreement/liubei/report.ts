/** What LiuBei's workers report besides what every member reports. */
import type { StepReport } from '../protocol.ts'

/** Why a server's model did not pass: further than the models filter lets it be, or steeper than the Lipschitz filter does. */
export type Rejection = 'too far' | 'too steep'

/**
 * Where the next model comes from: one server's that passed the filters; what f_s + 1 servers say alike; what was made of the
 * models of all, after a gather or because the filters rejected what they saw; or the worker's own guess, where they were missing.
 */
export type Origin = 'one' | 'alike' | 'all' | 'own'

export interface LiubeiReport extends StepReport {
  readonly origin: Origin
  /** Servers that were asked, one by one; none after a gather. */
  readonly asked: number
  /** Of the models that did not pass, in the order in which they came. */
  readonly rejections: readonly Rejection[]
  /** Gradients that this worker computed to find its next model. */
  readonly gradients: number
}
