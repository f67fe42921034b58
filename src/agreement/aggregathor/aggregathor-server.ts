/**
 * AggregaThor (Damaskinos et al., "AggregaThor: Byzantine machine learning via robust gradient aggregation", MLSys 2019): a
 * trusted server, workers of which some lie, and a robust rule; gradients may travel over a transport that loses some.
 *
 * Assumes: one server, honest. At most f of the n workers lie, are late or lose what they say on its way, in any mixture and
 *   other ones at every step if they like. Who is not among them has its gradient with the server by the deadline. Honest
 *   gradients are drawn alike.
 * Guarantees: what the rule guarantees of n vectors of which f are arbitrary. Multi-Krum, n >= 2f+3: the model almost surely
 *   comes near a point where the gradient vanishes. Bulyan, n >= 4f+3: and a liar's leeway in each coordinate falls with the
 *   square root of d. f silent workers stop nothing.
 * How, for each step:
 *   1. say the model to all
 *   2. gather the gradients: of all workers that are waited for, or what is there at the deadline, n - f at least
 *   3. rule; where chunks were lost, as the fill policy has it (fill.ts)
 *   4. step: theta = theta - eta(t) rule(gradients); or not at all where too much was lost
 *   after the last step: say the trained model
 * Why n - f: f may be silent for ever. Why the missing count among the f: combine-pieces.ts.
 * Changes from the paper: docs/protocols/aggregathor.md.
 */
import { f32 } from '../../mesh/codec.ts'
import { collect } from '../../mesh/collect.ts'
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { allFinite } from '../../util/finite.ts'
import { deadlineOf } from '../deadline.ts'
import { agreementError } from '../errors.ts'
import { peersWith } from '../roles.ts'
import { gradientTag, modelTag } from '../tags.ts'
import { chunkCount } from './chunks.ts'
import { combinePieces } from './combine-pieces.ts'
import { chunkingOf } from './describe.ts'
import { fillOf } from './fill.ts'
import { firstPass } from './first-pass.ts'
import { gatherChunks } from './gather-chunks.ts'
import { type AggregathorOptions, type AggregathorReport, agreementReport, type Harvest } from './report.ts'

/** @throws AGREEMENT_WRONG_POLICY, AGREEMENT_DIVERGED, and what the rule throws */
export async function* aggregathorServer(
  mesh: Mesh,
  learner: Learner,
  options: AggregathorOptions,
): AsyncGenerator<AggregathorReport, void, undefined> {
  const { steps, firstStep = 1, f, onProgress } = options
  const workers = peersWith(mesh.members, 'worker')
  const n = workers.length
  const gather = gathering(mesh, workers, learner.dimension, options)
  const compute = <T>(work: Promise<T>) => mesh.clock.hold(work)
  let start: Float32Array = new Float32Array(learner.dimension)

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const beganAt = mesh.clock.now()

    // 1. The model, to all.
    const theta = await compute(learner.parameters())
    const readAt = mesh.clock.now()
    await sayModel(mesh, step, theta)

    // 2. The gradients, or what has come of them.
    const harvest = await gather(step)

    // 3. Rule.
    const gatheredAt = mesh.clock.now()
    onProgress?.({ step, doing: 'rule', phase: 'gradient', waitingFor: [], stalled: false })
    const direction = await combinePieces(mesh, harvest.pieces, { ...options, n, start })

    // 4. Step.
    const combinedAt = mesh.clock.now()
    if (direction !== undefined) {
      if (!allFinite(direction.vector))
        throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'gradient' })
      start = direction.vector
      await compute(learner.apply(direction.vector, step))
    }

    yield {
      step,
      gradient: direction && agreementReport(harvest, direction, { workers, f }),
      model: undefined,
      times: {
        computeMs: readAt - beganAt + (mesh.clock.now() - combinedAt),
        exchangeMs: gatheredAt - readAt,
        ruleMs: combinedAt - gatheredAt,
      },
      lostChunks: harvest.lostChunks,
      refusal:
        direction === undefined
          ? `of more than f = ${f} of the ${n} workers no vector came that could be used`
          : undefined,
    }
  }

  // The trained model, for the workers to keep.
  mesh.advance(steps + 1)
  await sayModel(mesh, steps + 1, await compute(learner.parameters()))
}

function sayModel(mesh: Mesh, step: Step, theta: Float32Array): Promise<void> {
  if (!allFinite(theta)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'model' })
  return mesh.publish(modelTag(step), f32(theta.length).encode(theta))
}

/** How this server gathers the gradients of a step. */
function gathering(
  mesh: Mesh,
  from: readonly PeerId[],
  dimension: number,
  { f, rule, lossy, onProgress, signal, ...options }: AggregathorOptions,
): (step: Step) => Promise<Harvest> {
  const wait = deadlineOf(options.wait)
  const least = Math.max(1, from.length - f)
  const onWaiting = (step: Step) => (waitingFor: readonly PeerId[], stalled: boolean) =>
    onProgress?.({ step, doing: 'exchange', phase: 'gradient', waitingFor, stalled })

  if (lossy === undefined)
    return async (step) => {
      const gathered = await collect(mesh, gradientTag(step), {
        from,
        codec: f32(dimension),
        wait,
        least,
        onWaiting: onWaiting(step),
        signal,
      })
      const { heard, refused } = gathered
      return { pieces: [{ from: 0, to: dimension, heard }], refused, lostChunks: 0 }
    }

  const chunking = chunkingOf(dimension, lossy)
  const fill = fillOf(lossy.fill, firstPass(rule, from.length, 0) === 'nothing', chunking)
  return async (step) => {
    const gathered = await gatherChunks(mesh, step, {
      ...wait,
      chunking,
      from,
      least,
      onWaiting: onWaiting(step),
      signal,
    })
    const { arrivals, refused } = gathered
    const lost = arrivals.map(([, { count }]) => chunkCount(chunking) - count)
    return { pieces: fill(arrivals), refused, lostChunks: lost.reduce((sum, count) => sum + count, 0) }
  }
}
