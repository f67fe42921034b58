/**
 * Who talks to whom: graphs over positions 0..n-1, which every member computes alike. Of each position its neighbours, in
 * order; nobody is a neighbour of itself, neighbours are mutual, and all are connected.
 */
import { seededRandom } from '../../util/prng.ts'
import { exchangeEdges } from './edge-exchange.ts'

export type Graph = readonly (readonly number[])[]

export const graphKinds = ['complete', 'ring', 'torus', 'random'] as const
export type GraphKind = (typeof graphKinds)[number]

export interface GraphOptions {
  /** Of `random`: neighbours of each. At least 2; the complete graph where n is no larger. @default 4 */
  readonly degree?: number
  /** Of `random`: which graph of that degree. @default 1 */
  readonly seed?: number
}

export function graphOf(kind: GraphKind, n: number, { degree = 4, seed = 1 }: GraphOptions = {}): Graph {
  if (kind === 'complete') return complete(n)
  if (kind === 'ring') return nearest(n, 2)
  if (kind === 'torus') return torus(n)
  const wanted = Math.max(2, degree)
  return wanted >= n - 1 ? complete(n) : random(n, wanted, seed)
}

/** Neighbours of the member that has most. */
export function mostNeighbours(graph: Graph): number {
  return Math.max(0, ...graph.map(({ length }) => length))
}

function complete(n: number): Graph {
  return graphFrom(n, (i) => Array.from({ length: n }, (_, j) => j).filter((j) => j !== i))
}

/** Rows and columns that close upon themselves, as nearly square as n allows; of a prime n only the ring is left. */
function torus(n: number): Graph {
  const rows = rowsOf(n)
  const columns = n / rows
  return graphFrom(n, (i) => {
    const [row, column] = [Math.floor(i / columns), i % columns]
    const at = (r: number, c: number) => ((r + rows) % rows) * columns + ((c + columns) % columns)
    return [at(row - 1, column), at(row + 1, column), at(row, column - 1), at(row, column + 1)]
  })
}

/** The greatest divisor of n up to its square root. */
function rowsOf(n: number): number {
  for (let rows = Math.floor(Math.sqrt(n)); rows > 1; rows--) if (n % rows === 0) return rows
  return 1
}

/**
 * Each has the `degree` nearest on a ring for neighbours; of an odd degree the one opposite too, which for odd n gives one
 * position a neighbour more (Harary's graphs, 1962: what is left when any `degree` - 1 are taken away is still connected).
 */
function nearest(n: number, degree: number): Graph {
  const reach = Math.floor(degree / 2)
  const edges = Array.from({ length: n }, (_, i) =>
    Array.from({ length: reach }, (_, k) => [i, (i + k + 1) % n] as const),
  ).flat()
  if (degree % 2 === 1)
    for (let i = 0; i < Math.ceil(n / 2); i++) edges.push([i, (i + Math.floor(n / 2)) % n])
  const neighbours = Array.from({ length: n }, (): number[] => [])
  for (const [i, j] of edges) {
    neighbours[i]?.push(j)
    neighbours[j]?.push(i)
  }
  return graphFrom(n, (i) => neighbours[i] ?? [])
}

/** Edges of the ring's nearest exchanged at random, which leaves every degree as it is, until all are connected again. */
function random(n: number, degree: number, seed: number): Graph {
  const chance = seededRandom(seed, 'graph', n, degree)
  for (let graph = nearest(n, degree); ; ) {
    graph = exchangeEdges(graph, chance)
    if (isConnected(graph)) return graph
  }
}

function graphFrom(n: number, neighboursOf: (position: number) => readonly number[]): Graph {
  return Array.from({ length: n }, (_, i) =>
    [...new Set(neighboursOf(i))].filter((j) => j !== i).sort((a, b) => a - b),
  )
}

export function isConnected(graph: Graph): boolean {
  const reached = new Set([0])
  for (const i of reached) for (const j of graph[i] ?? []) reached.add(j)
  return graph.length === 0 || reached.size === graph.length
}
