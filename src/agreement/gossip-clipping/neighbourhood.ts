/** Whom a peer listens to in the graph, and how much. */
import type { Mesh, PeerId } from '../../mesh/mesh.ts'
import type { Graph } from '../graph/graphs.ts'
import { metropolisWeights, type NodeWeights } from '../graph/metropolis.ts'

export interface Neighbourhood {
  /** In the order of the members; without the peer itself. */
  readonly neighbours: readonly PeerId[]
  /** W_ij, the peer itself included. */
  readonly weights: ReadonlyMap<PeerId, number>
  /** delta_i. */
  readonly liarWeight: number
}

/** @param liars how many of a peer's neighbours may lie */
export function neighbourhoodOf(
  { members, self }: Pick<Mesh, 'members' | 'self'>,
  graph: Graph,
  liars: number,
): Neighbourhood {
  const peers = members.map(({ peer }) => peer)
  const at = metropolisWeights(graph)[peers.indexOf(self)] ?? { own: 1, neighbours: [] }
  const weights = new Map(at.neighbours.map(({ neighbour, weight }) => [peers[neighbour] ?? '', weight]))
  return {
    neighbours: peers.filter((peer) => weights.has(peer)),
    weights: weights.set(self, at.own),
    liarWeight: liarWeightAt(at, liars),
  }
}

/** The most that so many neighbours weigh together: nobody knows which of them lie. */
export function liarWeightAt({ neighbours }: NodeWeights, liars: number): number {
  return neighbours
    .map(({ weight }) => weight)
    .sort((a, b) => b - a)
    .slice(0, liars)
    .reduce((sum, weight) => sum + weight, 0)
}
