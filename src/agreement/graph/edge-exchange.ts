/** Random graphs of given degrees: two edges a-b and c-d become a-d and c-b, again and again. */
import type { Random } from '../../util/prng.ts'
import type { Graph } from './graphs.ts'

/** For each edge: then hardly one of those that it began with is left where it was, but for the smallest graphs. */
const attempts = 10

/** Another graph with the same degrees; it need not be connected. */
export function exchangeEdges(graph: Graph, random: Random): Graph {
  const edges = graph.flatMap((neighbours, i) =>
    neighbours.filter((j) => i < j).map((j): [number, number] => [i, j]),
  )
  const linked = graph.map((neighbours) => new Set(neighbours))
  const isFree = (i: number, j: number) => i !== j && linked[i]?.has(j) !== true
  for (let left = attempts * edges.length; left > 0; left--) {
    const first = edges[random.below(edges.length)]
    const second = edges[random.below(edges.length)]
    if (first === undefined || second === undefined) return graph
    const [a, b] = first
    const [c, d] = random.below(2) === 0 ? second : [second[1], second[0]]
    if (!isFree(a, d) || !isFree(c, b)) continue
    unlink(linked, a, b)
    unlink(linked, c, d)
    link(linked, a, d)
    link(linked, c, b)
    first.splice(0, 2, a, d)
    second.splice(0, 2, c, b)
  }
  return linked.map((neighbours) => [...neighbours].sort((a, b) => a - b))
}

function link(linked: readonly Set<number>[], i: number, j: number): void {
  linked[i]?.add(j)
  linked[j]?.add(i)
}

function unlink(linked: readonly Set<number>[], i: number, j: number): void {
  linked[i]?.delete(j)
  linked[j]?.delete(i)
}
