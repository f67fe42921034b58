/**
 * What a server computes on its shares of the workers' vectors X [n][d]. Both have E = X - U (triples.ts); of a worker whose
 * row was not opened, X and E are zero. What both know is added by the first server alone.
 */
import type { Ring, Words } from './ring/ring.ts'
import type { Half } from './triples.ts'

/** Of a worker's row. */
export interface OpenedRow {
  readonly worker: number
  /** x - its row of U. */
  readonly opened: Words
}

/**
 * Its share of the squared distances of all pairs i < j of the n workers, (0,1), (0,2), .., (1,2), .. : zeros where one of
 * them is not among `rows`. From its share of the products G = X X^T = E E^T + E U^T + U E^T + U U^T; of G itself it shows
 * nothing, which would tell the second server every inner product.
 */
export function distanceShares(
  ring: Ring,
  rows: readonly OpenedRow[],
  { row, gram }: Pick<Half, 'row' | 'gram'>,
  { workers: n, isFirst }: { readonly workers: number; readonly isFirst: boolean },
): Words {
  const m = rows.length
  const opened = rows.map((one) => one.opened)
  const crossed = ring.products(
    opened,
    rows.map(({ worker }) => row(worker)),
  )
  const known = isFirst ? ring.products(opened, opened) : new Uint32Array(2 * m * m)
  const at = (matrix: Words, size: number, pairs: readonly Pair[]) =>
    gathered(matrix, pairs, ({ i, j }) => i * size + j)
  /** Elements of G at pairs of positions among `rows`. */
  const products = (pairs: readonly Pair[]) => {
    const turned = pairs.map(({ i, j }) => ({ i: j, j: i }))
    const workers = pairs.map(({ i, j }) => ({ i: rows[i]?.worker ?? 0, j: rows[j]?.worker ?? 0 }))
    const both = ring.add(at(crossed, m, pairs), at(crossed, m, turned))
    return ring.add(ring.add(both, at(known, m, pairs)), at(gram, n, workers))
  }
  const pairs = pairsOf(m)
  const mixed = products(pairs)
  const squares = ring.add(
    products(pairs.map(({ i }) => ({ i, j: i }))),
    products(pairs.map(({ j }) => ({ i: j, j }))),
  )
  const distances = ring.subtract(squares, ring.add(mixed, mixed))
  const all = new Uint32Array(n * (n - 1))
  for (const [k, { i, j }] of pairs.entries()) {
    const place = pairAt(rows[i]?.worker ?? 0, rows[j]?.worker ?? 0, n)
    all.set(distances.subarray(2 * k, 2 * k + 2), 2 * place)
  }
  return all
}

/** What the servers say of their sum of weighted rows: z = p^T X = (p - u)^T (E + U) + u^T E + u^T U. */
export interface Weighted {
  /** E, a row for each worker: [n][d]. */
  readonly opened: readonly Words[]
  /** p - u, which both know. */
  readonly masked: Words
  readonly half: Pick<Half, 'row' | 'weighted'>
}

/** The first server's share of z. */
export function firstWeightedSum(ring: Ring, { opened, masked, half }: Weighted): Words {
  const rows = opened.map((_, i) => half.row(i))
  return ring.add(ring.add(ring.weigh(masked, opened), ring.weigh(masked, rows)), half.weighted)
}

/** The second server's, which knows u. */
export function secondWeightedSum(ring: Ring, { opened, masked, half }: Weighted, weights: Words): Words {
  const rows = opened.map((_, i) => half.row(i))
  return ring.add(ring.add(ring.weigh(masked, rows), ring.weigh(weights, opened)), half.weighted)
}

interface Pair {
  readonly i: number
  readonly j: number
}

function pairsOf(n: number): Pair[] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n - 1 - i }, (_, k) => ({ i, j: i + 1 + k })),
  ).flat()
}

/** Where the pair i < j of n stands in their order. */
export function pairAt(i: number, j: number, n: number): number {
  return i * n - (i * (i + 1)) / 2 + j - i - 1
}

function gathered(matrix: Words, pairs: readonly Pair[], place: (pair: Pair) => number): Words {
  const out = new Uint32Array(2 * pairs.length)
  for (const [k, pair] of pairs.entries()) {
    const from = 2 * place(pair)
    out.set(matrix.subarray(from, from + 2), 2 * k)
  }
  return out
}
