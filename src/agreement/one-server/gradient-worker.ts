/**
 * The worker of protocols with one server to which gradients go as they are.
 *
 * How, for each model that the server says:
 *   1. take it for mine; if it is the one after the last step, that is all
 *   2. compute a gradient at it
 *   3. say it to the server, under the tag of that model's step
 * A worker that is slower than the server skips the models that are over and goes on with the newest.
 */
import { f32 } from '../../mesh/codec.ts'
import type { Mesh } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { allFinite } from '../../util/finite.ts'
import { agreementError } from '../errors.ts'
import { newestModels } from '../newest-models.ts'
import type { RunOptions, StepReport } from '../protocol.ts'
import { onlyPeerWith } from '../roles.ts'
import { gradientTag } from '../tags.ts'

export type GradientWorkerOptions = Pick<RunOptions, 'steps' | 'batch' | 'onProgress' | 'signal'>

/** @throws AGREEMENT_ROLES, AGREEMENT_DIVERGED */
export async function* gradientWorker(
  mesh: Mesh,
  learner: Learner,
  { steps, batch, onProgress, signal }: GradientWorkerOptions,
): AsyncGenerator<StepReport, void, undefined> {
  const server = onlyPeerWith(mesh.members, 'server')
  const { dimension } = learner
  let waitingSince = mesh.clock.now()
  for await (const { step, model } of newestModels(mesh, server, dimension, { onProgress, signal })) {
    // 1. The server's model.
    const heardAt = mesh.clock.now()
    await mesh.clock.hold(learner.load(model))
    if (step > steps) return

    // 2. A gradient at it.
    onProgress?.({ step, doing: 'compute', phase: 'gradient', waitingFor: [], stalled: false })
    const g = await mesh.clock.hold(learner.gradient({ step, ...(batch && { batch: batch(step) }) }))
    if (!allFinite(g)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'gradient' })

    // 3. Said to the server.
    const computedAt = mesh.clock.now()
    await mesh.publish(gradientTag(step), f32(dimension).encode(g), { to: [server] })
    const saidAt = mesh.clock.now()

    const exchangeMs = heardAt - waitingSince + (saidAt - computedAt)
    waitingSince = saidAt
    const times = { computeMs: computedAt - heardAt, exchangeMs, ruleMs: 0 }
    yield { step, gradient: undefined, model: undefined, times }
  }
}
