/** What protocols in which models are exchanged begin a step with. */
import type { Mesh, Step } from '../mesh/mesh.ts'
import type { Learner } from '../model/learner.ts'
import { allFinite } from '../util/finite.ts'
import { agreementError } from './errors.ts'
import type { RunOptions } from './protocol.ts'

/**
 * theta' = theta - eta(t) m: the learner's model after a step on this peer's own loss, [d]. m is the gradient of one batch, or
 * their running mean where the swarm sets momentum (model/momentum.ts).
 *
 * @throws AGREEMENT_DIVERGED
 */
export async function localStep(
  { clock }: Mesh,
  learner: Learner,
  step: Step,
  { batch, onProgress }: Pick<RunOptions, 'batch' | 'onProgress'>,
): Promise<Float32Array> {
  onProgress?.({ step, doing: 'compute', phase: 'gradient', waitingFor: [], stalled: false })
  const m = await clock.hold(learner.gradient({ step, ...(batch && { batch: batch(step) }) }))
  await clock.hold(learner.apply(m, step))
  const theta = await clock.hold(learner.parameters())
  if (!allFinite(theta)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'model' })
  return theta
}
