/**
 * Decentralised parallel SGD: each peer takes a step of its own and averages models with its neighbours in a graph. A baseline,
 * without a defence (Lian, Zhang, Zhang, Hsieh, Zhang, Liu, "Can decentralized algorithms outperform centralized algorithms?",
 * NeurIPS 2017).
 *
 * Assumes: nobody lies; n peers start from the same model, and compute the same connected graph (graph/graphs.ts).
 * Guarantees: where all neighbours are in time, the mean of all models takes exactly the step of the mean gradient, each
 *   gradient at its owner's model; and an exchange leaves at most 1 - gap of the models' distance to their mean
 *   (graph/spectral-gap.ts). A liar moves its neighbours wherever it likes, and through them everybody.
 * How, at each step t:
 *   1. compute a gradient g at the model theta
 *   2. step: theta = theta - eta(t) g
 *   3. say theta to the neighbours, and gather theirs
 *   4. theta = sum over them and me of W_ij theta_j, with Metropolis weights (graph/metropolis.ts)
 * Why the weights are mutual: rows and columns of W then both sum to 1, so averaging moves nobody's share of the mean.
 * Changes from the paper: docs/protocols/gossip-average.md.
 */

import { f32 } from '../../mesh/codec.ts'
import { collect } from '../../mesh/collect.ts'
import type { Gathered } from '../../mesh/exchange.ts'
import type { Mesh, PeerId } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { oneOf, whole } from '../../util/parameter.ts'
import { reportOfGathering } from '../combine-gathered.ts'
import { type GraphKind, graphKinds, graphOf, mostNeighbours } from '../graph/graphs.ts'
import { metropolisWeights } from '../graph/metropolis.ts'
import { localStep } from '../local-step.ts'
import { describeModels, peersAlone } from '../peers-alone.ts'
import { waitingIn } from '../progress.ts'
import { protocolRow, type RunOptions, type StepReport } from '../protocol.ts'
import { modelTag } from '../tags.ts'
import { weightedSum } from '../weighted-sum.ts'
import { assessPlain, plainWait } from './guard.ts'

export interface GossipGraph {
  readonly graph: GraphKind
  /** Of the random graph: neighbours of each. */
  readonly degree: number
  /** Of the random graph: which one. */
  readonly seed: number
}

export const gossipAverageRow = protocolRow(
  'D-PSGD: each peer steps and averages models with its neighbours in a graph: a baseline, without a defence.',
  { graph: oneOf(...graphKinds), degree: whole(2, 1000, 4), seed: whole(1, 1_000_000, 1) },
  (gossip) => ({
    ...peersAlone,
    assess: (plan) =>
      assessPlain(plan, {
        phase: 'model',
        rule: `averaging with neighbours (${gossip.graph})`,
        promise: 'the mean of all models takes the step of the mean gradient, and models mix over the graph',
      }),
    describe: ({ dimension }) => describeModels(dimension, 'recipients'),
    mostSaid: ({ dimension }) => ({ messages: 1, bytes: 4 * dimension }),
    hearers: ({ n }) => mostNeighbours(graphOf(gossip.graph, n, gossip)),
    cost({ n, dimension }) {
      const messages = graphOf(gossip.graph, n, gossip).reduce((sum, { length }) => sum + length, 0)
      return { messages, bytes: 4 * dimension * messages }
    },
    run: (mesh, learner, options) => gossipAverage(mesh, learner, { ...options, ...gossip }),
  }),
)

/** @throws AGREEMENT_WRONG_POLICY, AGREEMENT_DIVERGED */
export async function* gossipAverage(
  mesh: Mesh,
  learner: Learner,
  options: RunOptions & GossipGraph,
): AsyncGenerator<StepReport, void, undefined> {
  const { steps, firstStep = 1, f, wait, onProgress, signal } = options
  const weights = weightsAt(mesh, options)
  const neighbours = [...weights.keys()].filter((peer) => peer !== mesh.self)
  const waiting = plainWait(wait, { expected: neighbours.length, f, atLeast: 0 })
  const codec = f32(learner.dimension)
  const compute = <T>(work: Promise<T>) => mesh.clock.hold(work)

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const began = mesh.clock.now()
    const tag = modelTag(step)

    // 1. and 2. A step of my own.
    const theta = await localStep(mesh, learner, step, options)

    // 3. My model to my neighbours, and theirs.
    const steppedAt = mesh.clock.now()
    await mesh.publish(tag, codec.encode(theta), { to: neighbours })
    const gathered = await collect(mesh, tag, {
      ...waiting,
      from: neighbours,
      codec,
      ...waitingIn(onProgress, tag),
      signal,
    })

    // 4. The weighted mean.
    const gatheredAt = mesh.clock.now()
    const all = withMine(gathered, mesh, theta)
    const vector = mixed(all, weights, mesh.self)
    const mixedAt = mesh.clock.now()
    await compute(learner.load(vector))

    const computeMs = steppedAt - began + (mesh.clock.now() - mixedAt)
    yield {
      step,
      gradient: undefined,
      model: reportOfGathering(all, { vector, isFallback: false }, { before: theta, f }),
      times: { computeMs, exchangeMs: gatheredAt - steppedAt, ruleMs: mixedAt - gatheredAt },
    }
  }
}

/** What each neighbour counts here, and this peer itself. */
function weightsAt({ members, self }: Mesh, gossip: GossipGraph): ReadonlyMap<PeerId, number> {
  const peers = members.map(({ peer }) => peer)
  const position = peers.indexOf(self)
  const { own = 1, neighbours = [] } =
    metropolisWeights(graphOf(gossip.graph, peers.length, gossip))[position] ?? {}
  return new Map([
    ...neighbours.map(({ neighbour, weight }): [PeerId, number] => [peers[neighbour] ?? '', weight]),
    [self, own],
  ])
}

function withMine(
  gathered: Gathered<Float32Array>,
  { members, self }: Mesh,
  mine: Float32Array,
): Gathered<Float32Array> {
  const heard = new Map([...gathered.heard.map(({ peer, value }) => [peer, value] as const), [self, mine]])
  return {
    ...gathered,
    heard: members.flatMap(({ peer }) => {
      const value = heard.get(peer)
      return value === undefined ? [] : [{ peer, value }]
    }),
  }
}

/** Those that are missing count as if they had said my own model. */
function mixed(
  { heard, missing }: Gathered<Float32Array>,
  weights: ReadonlyMap<PeerId, number>,
  self: PeerId,
): Float32Array {
  const weightOf = (peer: PeerId) => weights.get(peer) ?? 0
  const lost = missing.reduce((sum, peer) => sum + weightOf(peer), 0)
  const terms = heard.map(({ peer, value }) => ({
    weight: weightOf(peer) + (peer === self ? lost : 0),
    vector: value,
  }))
  return weightedSum(terms, heard[0]?.value.length ?? 0)
}
