/**
 * Sorting networks: the same compare-exchanges whatever the values are, so a column is sorted without a branch, and
 * many columns at once.
 */

/**
 * Batcher's merge exchange (Knuth, The Art of Computer Programming 3, 5.2.2, Algorithm M) for n values, as flat pairs
 * [low, high, low, high, ...]: each puts the smaller value at `low`, the larger at `high`.
 *
 * Only the ranks from..to-1 need to come out right (all by default): comparators that cannot reach them are left out.
 * O(n log^2 n) pairs. Not to be written to: those that were asked for last are kept.
 */
export function sortingNetwork(n: number, from = 0, to = n): Int32Array {
  const before = latest.findIndex((one) => one.n === n && one.from === from && one.to === to)
  const [known = { n, from, to, network: prunedMergeExchange(n, from, to) }] =
    before === -1 ? [] : latest.splice(before, 1)
  latest.unshift(known)
  latest.splice(mostKept)
  return known.network
}

/** A thousand rows have twenty thousand comparators: to make them takes as long as to sort by them. */
const mostKept = 8
const latest: {
  readonly n: number
  readonly from: number
  readonly to: number
  readonly network: Int32Array
}[] = []

function prunedMergeExchange(n: number, from: number, to: number): Int32Array {
  const wanted = new Uint8Array(n).fill(1, from, to)
  const kept: number[] = []
  for (const [low, high] of mergeExchange(n).reverse()) {
    if (wanted[low] === 0 && wanted[high] === 0) continue
    wanted[low] = 1
    wanted[high] = 1
    kept.push(high, low)
  }
  return Int32Array.from(kept.reverse())
}

function mergeExchange(n: number): [low: number, high: number][] {
  const pairs: [number, number][] = []
  // The names p, q, r, d are Knuth's; `top` is his initial q, the greatest power of two below n.
  const top = 2 ** Math.floor(Math.log2(Math.max(1, n - 1)))
  for (let p = top; p >= 1; p /= 2) {
    let q = top
    let r = 0
    let d = p
    for (;;) {
      for (let i = 0; i < n - d; i++) if ((i & p) === r) pairs.push([i, i + d])
      if (q === p) break
      d = q - p
      q /= 2
      r = p
    }
  }
  return pairs
}
