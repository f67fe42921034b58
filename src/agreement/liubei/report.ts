/** What LiuBei's workers report besides what every member reports. */
import type { StepReport } from '../protocol.ts'

/** Why a server's model was not taken: no answer, further than the models filter lets it be, or than the Lipschitz filter. */
export type Rejection = 'silent' | 'too far' | 'too steep'

/**
 * Where the next model comes from: one server's that passed the filters; what f_s + 1 servers say alike; or what was made of the
 * models of all, after a gather or because the filters rejected what they saw.
 */
export type Origin = 'one' | 'alike' | 'all'

export interface LiubeiReport extends StepReport {
  readonly origin: Origin
  /** One for each server whose model was not taken, in order; none after a gather. */
  readonly rejections: readonly Rejection[]
  /** Gradients that this worker computed to find its next model. */
  readonly gradients: number
}
