/**
 * All-reduce of gradients: what is mostly run on a cluster of equals. A baseline, without a defence.
 *
 * Assumes: nobody lies, falls silent or is late; n peers start from the same model.
 * Guarantees: where all parcels come, the path of plain gradient descent on the mean of the losses, up to rounding, and the
 *   same bits at all. Each member can make any part of the mean what it likes. A silent one stops learning: under deadlines every
 *   step is refused, which leaves the model as it was, and otherwise the first one never ends.
 * How, at each step t:
 *   1. compute a gradient g at the model theta
 *   2. all-reduce: the mean of all gradients, in parts, around a ring (ring.ts) or to a member for each part (butterfly.ts)
 *   3. step: theta = theta - eta(t) mean; or not at all where a parcel did not come
 * What it cannot do: members that are refused at a step that others take have another model from there on, and nothing tells them
 *   so. One silence at the right moment does it.
 */
import type { Mesh, Step } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { allFinite } from '../../util/finite.ts'
import { oneOf } from '../../util/parameter.ts'
import { agreementError } from '../errors.ts'
import { peersAlone } from '../peers-alone.ts'
import { protocolRow, type RunOptions, type Said, type StepReport } from '../protocol.ts'
import { butterflyMean } from './butterfly.ts'
import { assessPlain } from './guard.ts'
import { describeParcels, isBroken, parcelsOf } from './parcels.ts'
import { ringMean } from './ring.ts'

const shapes = { ring: ringMean, butterfly: butterflyMean }

export interface AllreduceShape {
  readonly shape: keyof typeof shapes
}

export const allreduceRow = protocolRow(
  'All-reduce of gradients around a ring or by parts: a baseline, without a defence, which one silent peer stops.',
  { shape: oneOf('ring', 'butterfly') },
  ({ shape }) => ({
    ...peersAlone,
    liesAtLearner: true,
    hearers: ({ n }) => (shape === 'ring' ? 1 : n - 1),
    assess: (plan) =>
      assessPlain(plan, {
        phase: 'gradient',
        rule: `all-reduce (${shape})`,
        promise: 'each step takes the mean of all gradients, or is refused where one is missing',
      }),
    describe: ({ dimension }, members) => describeParcels(members.length, dimension),
    mostSaid: ({ n, dimension }) => mostSaid(n, dimension)[shape],
    cost: ({ n, dimension }) => ({ messages: 2 * n * (n - 1), bytes: 8 * dimension * (n - 1) }),
    run: (mesh, learner, options) => allreduce(mesh, learner, { ...options, shape }),
  }),
)

/** All but one of n parts to the next in the ring, twice; or two parts to everybody. */
function mostSaid(n: number, dimension: number): Readonly<Record<AllreduceShape['shape'], Said>> {
  return {
    ring: { messages: 2 * (n - 1), bytes: 8 * dimension },
    butterfly: { messages: 2, bytes: 8 * Math.ceil(dimension / n) },
  }
}

/** @throws AGREEMENT_WRONG_POLICY, AGREEMENT_DIVERGED */
export async function* allreduce(
  mesh: Mesh,
  learner: Learner,
  options: RunOptions & AllreduceShape,
): AsyncGenerator<StepReport, void, undefined> {
  const { steps, firstStep = 1, shape, batch, onProgress } = options
  const peers = mesh.members.map(({ peer }) => peer)
  const compute = <T>(work: Promise<T>) => mesh.clock.hold(work)

  for (let step: Step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const began = mesh.clock.now()

    // 1. A gradient at my model.
    onProgress?.({ step, doing: 'compute', phase: 'gradient', waitingFor: [], stalled: false })
    const g = await compute(learner.gradient({ step, ...(batch && { batch: batch(step) }) }))
    if (!allFinite(g)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'gradient' })

    // 2. The mean of all.
    const computedAt = mesh.clock.now()
    const mean = await shapes[shape](parcelsOf(mesh, step, g.length, options), peers, mesh.self, g)

    // 3. Step.
    const reducedAt = mesh.clock.now()
    if (!isBroken(mean)) await compute(learner.apply(mean, step))

    const computeMs = computedAt - began + (mesh.clock.now() - reducedAt)
    yield {
      step,
      gradient: undefined,
      model: undefined,
      times: { computeMs, exchangeMs: reducedAt - computedAt, ruleMs: 0 },
      ...(isBroken(mean) ? { missing: mean.missing, refusal: mean.why } : { heard: peers, missing: [] }),
    }
  }
}
