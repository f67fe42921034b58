/** Small vertex covers: at most `budget` vertices that touch every edge of a graph. */

/** A graph of n vertices: symmetric [n * n], row by row, 1 where there is an edge. */
export interface Graph {
  readonly n: number
  readonly edges: Uint8Array
}

/**
 * Whether at most `budget` vertices touch every edge between vertices that are not `removed`: [n], 1 where removed.
 *
 * Exact. Branches on the busiest vertex, which is in the cover or all of its neighbours are; where no vertex has three
 * edges, at most one branch a cycle is left. So at most 1.47^budget nodes of O(n^2) each, and a handful in practice.
 */
export function hasCover(graph: Graph, removed: Uint8Array, budget: number): boolean {
  const degrees = degreesOf(graph, removed)
  const busiest = degrees.indexOf(Math.max(...degrees))
  const most = degrees[busiest] as number
  if (most === 0) return true
  // A cover of `budget` vertices touches at most budget * most of the edges.
  const edgeCount = degrees.reduce((sum, degree) => sum + degree, 0) / 2
  if (edgeCount > budget * most) return false
  const leaf = degrees.indexOf(1)
  if (leaf >= 0) {
    // Of the two ends of a leaf's edge, its neighbour touches at least as much.
    return hasCover(graph, without(removed, neighborsOf(graph, removed, leaf)), budget - 1)
  }
  if (hasCover(graph, without(removed, [busiest]), budget - 1)) return true
  return (
    most <= budget && hasCover(graph, without(removed, neighborsOf(graph, removed, busiest)), budget - most)
  )
}

/** The vertices that share an edge with `vertex` and are not `removed`. */
export function neighborsOf({ n, edges }: Graph, removed: Uint8Array, vertex: number): number[] {
  const neighbors: number[] = []
  for (let other = 0; other < n; other++) {
    if (removed[other] === 0 && edges[vertex * n + other] === 1) neighbors.push(other)
  }
  return neighbors
}

/** A copy of `removed` with `vertices` removed too. */
export function without(removed: Uint8Array, vertices: readonly number[]): Uint8Array {
  const copy = removed.slice()
  for (const vertex of vertices) copy[vertex] = 1
  return copy
}

function degreesOf(graph: Graph, removed: Uint8Array): number[] {
  return Array.from(removed, (gone, vertex) => (gone === 1 ? 0 : neighborsOf(graph, removed, vertex).length))
}
