import { f32 } from '../../mesh/codec.ts'
import type { Mesh, Step } from '../../mesh/mesh.ts'
import { allFinite } from '../../util/finite.ts'
import { agreementError } from '../errors.ts'
import { modelTag } from '../tags.ts'

/**
 * The server's word for a step, to all.
 *
 * @throws AGREEMENT_DIVERGED where the model is no longer finite
 */
export function sayModel(mesh: Mesh, step: Step, theta: Float32Array): Promise<void> {
  if (!allFinite(theta)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'model' })
  return mesh.publish(modelTag(step), f32(theta.length).encode(theta))
}
