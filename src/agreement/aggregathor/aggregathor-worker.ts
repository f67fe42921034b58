/**
 * AggregaThor, a worker's role; what is assumed and guaranteed stands with the server's (aggregathor-server.ts).
 *
 * How, for each model that the server says:
 *   1. take it for mine; if it is the one after the last step, that is all
 *   2. compute my gradient
 *   3. say it to the server: whole, or in chunks of which some may get lost
 * A worker that is slower than the others skips the models that are over and goes on with the newest.
 */
import { f32 } from '../../mesh/codec.ts'
import type { Mesh, Step } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { allFinite } from '../../util/finite.ts'
import { agreementError } from '../errors.ts'
import { newestModels } from '../newest-models.ts'
import { onlyPeerWith } from '../roles.ts'
import { gradientTag } from '../tags.ts'
import { chunkCount, rangeOf } from './chunks.ts'
import { chunkingOf, chunkTag } from './describe.ts'
import type { AggregathorOptions, AggregathorReport } from './report.ts'

/** @throws AGREEMENT_ROLES, AGREEMENT_DIVERGED */
export async function* aggregathorWorker(
  mesh: Mesh,
  learner: Learner,
  options: AggregathorOptions,
): AsyncGenerator<AggregathorReport, void, undefined> {
  const { steps, batch, onProgress, signal } = options
  const server = onlyPeerWith(mesh.members, 'server')
  const say = speech(mesh, { to: [server] }, learner.dimension, options)
  const compute = <T>(work: Promise<T>) => mesh.clock.hold(work)

  let waitingSince = mesh.clock.now()
  for await (const { step, model } of newestModels(mesh, server, learner.dimension, { onProgress, signal })) {
    // 1. The server's model.
    const heardAt = mesh.clock.now()
    await compute(learner.load(model))
    if (step > steps) return

    // 2. My gradient.
    onProgress?.({ step, doing: 'compute', phase: 'gradient', waitingFor: [], stalled: false })
    const gradient = await compute(
      learner.gradient({ step, ...(batch === undefined ? {} : { batch: batch(step) }) }),
    )
    if (!allFinite(gradient)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'gradient' })

    // 3. Said.
    const computedAt = mesh.clock.now()
    await say(step, gradient)
    const saidAt = mesh.clock.now()

    const exchangeMs = heardAt - waitingSince + (saidAt - computedAt)
    const times = { computeMs: computedAt - heardAt, exchangeMs, ruleMs: 0 }
    waitingSince = saidAt
    yield { step, gradient: undefined, model: undefined, times, lostChunks: 0 }
  }
}

/** How this worker says its gradient. */
function speech(
  mesh: Mesh,
  to: { readonly to: readonly [string] },
  dimension: number,
  { lossy }: Pick<AggregathorOptions, 'lossy'>,
): (step: Step, gradient: Float32Array) => Promise<void> {
  if (lossy === undefined)
    return (step, gradient) => mesh.publish(gradientTag(step), f32(dimension).encode(gradient), to)
  const chunking = chunkingOf(dimension, lossy)
  return async (step, gradient) => {
    const first = rangeOf(chunking, 0).to
    // For a server that hears nothing of this worker, and asks (gather-chunks.ts).
    mesh.offer(chunkTag(step, 0), f32(first).encode(gradient.subarray(0, first)))
    for (let part = 0; part < chunkCount(chunking); part++) {
      const { from, to: end } = rangeOf(chunking, part)
      const chunk = f32(end - from).encode(gradient.subarray(from, end))
      await mesh.publish(chunkTag(step, part), chunk, { ...to, lossy: true })
    }
  }
}
