/** Exchanges of self-centred gossip without a network: honest models on a graph, and liars that choose what each of them hears. */
import { liarWeightAt } from '../../../src/agreement/gossip-clipping/neighbourhood.ts'
import type { Shrink } from '../../../src/agreement/gossip-clipping/shrinking.ts'
import { shrinkingRule } from '../../../src/agreement/gossip-clipping/shrinking-rule.ts'
import type { Graph } from '../../../src/agreement/graph/graphs.ts'
import { metropolisWeights } from '../../../src/agreement/graph/metropolis.ts'

/** By position; undefined for liars. */
export type Models = readonly (Float32Array | undefined)[]

/** What an honest peer hears of the honest ones, and what its lying neighbours weigh together. */
export interface Victim {
  readonly own: Float32Array
  readonly honest: readonly { readonly weight: number; readonly model: Float32Array }[]
  readonly lyingWeight: number
}

/** What the liars tell a victim: one vector of all of them, or nothing; the worst of these is taken. */
export type Lies = (victim: Victim) => readonly (Float32Array | undefined)[]

export interface Exchange {
  readonly graph: Graph
  readonly shrink: Shrink
  /** Neighbours of a peer that are declared to lie. */
  readonly declared: number
  readonly lies: Lies
}

/** The models after one exchange in which each victim is told what takes it farthest from `center`. */
export function exchanged(models: Models, { graph, shrink, declared, lies }: Exchange): Models {
  const center = meanOf(models)
  const nodes = metropolisWeights(graph)
  return models.map((own, i) => {
    const node = nodes[i]
    if (own === undefined || node === undefined) return undefined
    const honest = node.neighbours.flatMap(({ neighbour, weight }) => {
      const model = models[neighbour]
      return model === undefined ? [] : [{ weight, model }]
    })
    const lying = node.neighbours.flatMap(({ neighbour, weight }) =>
      models[neighbour] === undefined ? [weight] : [],
    )
    const lyingWeight = lying.reduce((sum, weight) => sum + weight, 0)
    const liarWeight = liarWeightAt(node, declared)
    const outcomes = lies({ own, honest, lyingWeight }).map((lie) => {
      const told = lie === undefined ? [] : lying.map((weight) => ({ weight, model: lie }))
      const heard = [{ weight: node.own, model: own }, ...honest, ...told]
      const weights = Float64Array.from(heard, ({ weight }) => weight)
      const rule = shrinkingRule('shrunk', shrink, { weights, liarWeight })
      return rule.aggregate(
        heard.map(({ model }) => model),
        0,
        { own: 0 },
      )
    })
    return outcomes.reduce((worst, one) => (squared(one, center) > squared(worst, center) ? one : worst))
  })
}

/** Dissensus, with the weights of the graph: epsilon times what would bring the victim nearer to the others, turned round. */
export function dissensus(epsilon: number): Lies {
  return ({ own, honest, lyingWeight }) => [
    own.map((x, k) => {
      const pull = honest.reduce((sum, { weight, model }) => sum + weight * ((model[k] ?? 0) - x), 0)
      return lyingWeight === 0 ? x : x - (epsilon * pull) / lyingWeight
    }),
  ]
}

export function meanOf(models: Models): Float64Array {
  const honest = models.filter((model) => model !== undefined)
  return Float64Array.from(
    honest[0] ?? [],
    (_, k) => honest.reduce((sum, x) => sum + (x[k] ?? 0), 0) / honest.length,
  )
}

/** Mean square distance of the honest models from `center`. */
export function spreadAround(models: Models, center: Float64Array): number {
  const honest = models.filter((model) => model !== undefined)
  return honest.reduce((sum, model) => sum + squared(model, center), 0) / honest.length
}

export function squared(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, x, k) => sum + (x - (b[k] ?? 0)) ** 2, 0)
}

/** Links added to a graph, both ways. */
export function linked(size: number, edges: readonly (readonly [number, number])[]): Graph {
  const neighbours = Array.from({ length: size }, () => new Set<number>())
  for (const [i, j] of edges) {
    neighbours[i]?.add(j)
    neighbours[j]?.add(i)
  }
  return neighbours.map((set) => [...set].sort((a, b) => a - b))
}
