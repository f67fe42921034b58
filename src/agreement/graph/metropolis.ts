/**
 * Metropolis weights: how much each counts what its neighbours say, so that repeated averaging brings all to the plain mean
 * of all. W_ij = 1/(1 + max(deg_i, deg_j)) for neighbours, and W_ii is the rest: at least 1/(1 + deg_i). Symmetric, so that
 * rows and columns sum to 1, and each needs to know no more than its neighbours' degrees.
 * Source: L. Xiao, S. Boyd, S. Lall, "Distributed average consensus with time-varying Metropolis weights", 2006.
 */
import type { Graph } from './graphs.ts'

export interface NodeWeights {
  /** W_ii. */
  readonly own: number
  /** In the order of the graph. */
  readonly neighbours: readonly { readonly neighbour: number; readonly weight: number }[]
}

/** By position. */
export function metropolisWeights(graph: Graph): readonly NodeWeights[] {
  const degreeOf = (i: number) => graph[i]?.length ?? 0
  return graph.map((positions, i) => {
    const neighbours = positions.map((neighbour) => ({
      neighbour,
      weight: 1 / (1 + Math.max(degreeOf(i), degreeOf(neighbour))),
    }))
    return { own: 1 - neighbours.reduce((sum, { weight }) => sum + weight, 0), neighbours }
  })
}
