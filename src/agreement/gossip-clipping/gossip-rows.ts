/** ClippedGossip, CS+ and GTS as protocols among others. */
import { oneOf, whole, wordOr } from '../../util/parameter.ts'
import { assessBounds, type Bound } from '../bounds.ts'
import { lateOf } from '../contraction.ts'
import { type Graph, type GraphKind, graphOf, mostNeighbours } from '../graph/graphs.ts'
import { metropolisWeights } from '../graph/metropolis.ts'
import { describeModels, peersAlone } from '../peers-alone.ts'
import { type ProtocolPlan, protocolRow } from '../protocol.ts'
import { assessWithoutBroadcast } from '../without-broadcast.ts'
import { gossip } from './gossip.ts'
import {
  mixingFactor,
  type Shift,
  shiftOfClippedGossip,
  shiftOfCsPlus,
  shiftOfGts,
  spectrumOf,
  type Weighing,
} from './mixing-factor.ts'
import { liarWeightAt } from './neighbourhood.ts'
import { clippedGossip, csPlus, gts, type Shrink } from './shrinking.ts'

interface Way {
  readonly name: string
  readonly shrink: Shrink
  readonly shift: Shift
}

const kinds = ['random', 'complete', 'ring', 'torus'] as const satisfies readonly GraphKind[]

interface Choice {
  readonly graph: GraphKind
  readonly degree: 'auto' | number
  readonly seed: number
  readonly liars: 'auto' | number
}

export const clippedGossipRow = gossipRow(
  'ClippedGossip: each peer steps, and moves towards its neighbours in a graph, none of which may pull it farther than a radius that the neighbourhood has.',
  { name: 'clipped-gossip', shrink: clippedGossip, shift: shiftOfClippedGossip },
)

export const csPlusRow = gossipRow(
  'CS+: as clipped-gossip, by a radius that twice the weight of the liars is set aside for: of these the one that withstands most in sparse graphs.',
  { name: 'cs-plus', shrink: csPlus, shift: shiftOfCsPlus },
)

export const gtsRow = gossipRow(
  'GTS: as cs-plus, but the farthest neighbours are left out and the others taken whole.',
  { name: 'gts', shrink: gts, shift: shiftOfGts },
)

function gossipRow(about: string, way: Way) {
  const { name, shrink } = way
  return protocolRow(
    about,
    {
      graph: oneOf(...kinds),
      degree: wordOr('auto', ['auto'], whole(2, 4095, 4)),
      seed: whole(1, 1_000_000, 1),
      liars: wordOr('auto', ['auto'], whole(0, 4095, 0)),
    },
    (choice) => ({
      ...peersAlone,
      assess: (plan) => assessWithoutBroadcast(plan, (allowed) => assessGossip(allowed, choice, way)),
      describe: ({ dimension }) => describeModels(dimension, 'recipients'),
      mostSaid: ({ dimension }) => ({ messages: 1, bytes: 4 * dimension }),
      hearers: (plan) => mostNeighbours(settingOf(plan, choice).graph),
      cost(plan) {
        const messages = settingOf(plan, choice).graph.reduce((sum, { length }) => sum + length, 0)
        return { messages, bytes: 4 * plan.dimension * messages }
      },
      run: (mesh, learner, options) =>
        gossip(mesh, learner, { ...options, ...settingOf(options, choice), name, shrink }),
    }),
  )
}

interface Setting {
  readonly graph: Graph
  readonly liars: number
}

/** Any f members may be neighbours of one peer, and where nothing else is said, all of them may. */
function settingOf({ n, f }: Pick<ProtocolPlan, 'n' | 'f'>, { graph, degree, seed, liars }: Choice): Setting {
  const most = liars === 'auto' ? f : liars
  const wanted = degree === 'auto' ? Math.max(4, 3 * most + 1) : degree
  return { graph: graphOf(graph, n, { degree: wanted, seed }), liars: most }
}

/** Beyond it, eigenvalues are not computed. */
const mostMembers = 150

function assessGossip(plan: ProtocolPlan, choice: Choice, { name, shift }: Way) {
  const { n, f, policy } = plan
  const { graph, liars } = settingOf(plan, choice)
  const fewest = Math.min(...graph.map(({ length }) => length))
  const about = {
    phase: 'model',
    rule: `${name} with ${liars} liars among ${fewest} neighbours`,
    isNeededToRun: false,
  } as const
  const bounds: Bound[] = [
    { ...about, bound: 'neighbours >= 2 liars + 1', needed: 2 * liars + 1, has: fewest },
    { ...about, bound: 'liars >= 1 where f >= 1', needed: Math.min(1, f), has: liars },
  ]
  const factor = policy === 'synchronous' && lateOf(plan) === 0 ? factorOf(graph, liars, shift) : undefined
  const isProven = factor !== undefined && factor < 1
  const premise = `with no more than ${liars} liars among the neighbours of one,`
  const promise = isProven
    ? `${premise} each exchange leaves at most ${factor.toFixed(3)} of the honest models' distance to where their mean was`
    : `${premise} published results keep honest models within a distance in proportion to how much their data differ, where the graph mixes well; nothing is proven of this graph`
  return assessBounds({ n, f, policy, bounds, promise, isProven })
}

function factorOf(graph: Graph, liars: number, shift: Shift): number | undefined {
  const n = graph.length
  if (graph.every(({ length }) => length === n - 1)) {
    const weighing = { liars: Math.min(liars, n - 1) / n, heaviest: 1 / n, areAlike: true }
    return mixingFactor({ least: 1, greatest: 1 }, weighing, shift)
  }
  if (n > mostMembers) return undefined
  const nodes = metropolisWeights(graph)
  const weights = nodes.flatMap(({ own, neighbours }) => [own, ...neighbours.map(({ weight }) => weight)])
  const heaviest = Math.max(...weights)
  const weighing: Weighing = {
    liars: Math.max(...nodes.map((node) => liarWeightAt(node, liars))),
    heaviest,
    areAlike: heaviest - Math.min(...weights) < 1e-9,
  }
  return mixingFactor(spectrumOf(nodes), weighing, shift)
}
