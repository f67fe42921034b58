/**
 * Correlated randomness (Beaver, "Efficient multiparty protocols using circuit randomization", CRYPTO 1991): what the dealer
 * hands out for one step, which depends on nobody's vector. For one step: used for a second one, it would show differences.
 *
 *     U, K = U U^T     [n][d] and [n * n], for the distances
 *     u, w = u^T U     [n] and [d], for the weighted sum; the second server is told u whole, since it chooses the weights
 *     v, v^2           [n][80 * bits], for the range check
 *
 * Each but u is shared: the first server's shares follow from a seed of its own. So do the second's, but for those of K, w
 * and v^2, which are what is missing to the products: the correction.
 */
import { lengthOf, type Ring, type Words } from './ring/ring.ts'

/** What the parts are measured by. */
export interface Sizes {
  /** n: workers. */
  readonly workers: number
  /** d */
  readonly dimension: number
  /** Elements of a worker's range proof; 0 where there is no check. */
  readonly proof: number
}

/** One server's half. */
export interface Half {
  /** Its share of row i of U. */
  row(i: number): Words
  /** Its share of v for worker i, and of v^2. */
  mask(i: number): Words
  squares(i: number): Words
  /** Its shares of K and of w. */
  readonly gram: Words
  readonly weighted: Words
}

/** Elements of the correction. */
export function correctionLength({ workers, dimension, proof }: Sizes): number {
  return workers * workers + dimension + workers * proof
}

export function firstHalf(ring: Ring, seed: Uint8Array, { workers: n, dimension, proof }: Sizes): Half {
  return {
    row: (i) => ring.expand(seed, i, dimension),
    mask: (i) => ring.expand(seed, n + i, proof),
    squares: (i) => ring.expand(seed, 2 * n + i, proof),
    gram: ring.expand(seed, 3 * n, n * n),
    weighted: ring.expand(seed, 3 * n + 1, dimension),
  }
}

export function secondHalf(
  ring: Ring,
  seed: Uint8Array,
  correction: Words,
  { workers: n, dimension, proof }: Sizes,
): Half & { readonly weights: Words } {
  const part = (from: number, length: number) => correction.subarray(2 * from, 2 * (from + length))
  return {
    row: (i) => ring.expand(seed, i, dimension),
    mask: (i) => ring.expand(seed, n + i, proof),
    squares: (i) => part(n * n + dimension + i * proof, proof),
    gram: part(0, n * n),
    weighted: part(n * n, dimension),
    weights: weightsOf(ring, seed, n),
  }
}

/** u */
function weightsOf(ring: Ring, seed: Uint8Array, n: number): Words {
  return ring.expand(seed, 3 * n, n)
}

/** The same half, which keeps its rows: a server needs each of them three times, and expanding one takes longer than that. */
export function keepingRows<H extends Half>(half: H): H {
  const kept = new Map<number, Words>()
  const row = (i: number) => {
    const known = kept.get(i) ?? half.row(i)
    kept.set(i, known)
    return known
  }
  return { ...half, row }
}

/** What the second server needs besides its seed. O(n^2 d). */
export function correctionOf(ring: Ring, first: Uint8Array, second: Uint8Array, sizes: Sizes): Words {
  const { workers: n } = sizes
  const halves = [firstHalf(ring, first, sizes), secondHalf(ring, second, new Uint32Array(), sizes)] as const
  const whole = (of: (half: Half) => Words) => ring.add(of(halves[0]), of(halves[1]))
  const rows = Array.from({ length: n }, (_, i) => whole((half) => half.row(i)))
  const correction = new Uint32Array(2 * correctionLength(sizes))
  let at = 0
  const write = (product: Words, share: Words) => {
    correction.set(ring.subtract(product, share), 2 * at)
    at += lengthOf(product)
  }
  write(ring.products(rows, rows), halves[0].gram)
  write(ring.weigh(weightsOf(ring, second, n), rows), halves[0].weighted)
  for (let i = 0; i < n; i++) {
    const mask = whole((half) => half.mask(i))
    write(ring.multiply(mask, mask), halves[0].squares(i))
  }
  return correction
}
