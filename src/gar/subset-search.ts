/** The cheapest subset of a size, exactly: an enumeration that leaves out what cannot be the cheapest. */
import { garError } from './errors.ts'
import { leastPositions } from './least.ts'

/** What subsets cost: never less for having more members. */
export interface SubsetCost {
  /**
   * Adds a position, higher than those before: at most what any subset costs that begins with them, and what they cost
   * themselves where they are all. Beyond `limit`, only that it is beyond matters.
   */
  push(position: number, limit: number): number
  /** Takes the last one away. */
  pop(): void
}

/** Costs nearer to one another than this share are equal: they come from sums in different orders. */
const equalShare = 1e-12

/**
 * The positions of the cheapest subset of `size` among 0..n-1, ascending; of equally cheap ones the first in lexicographic
 * order. `atMost` is what some subset is known to cost: the lower, the less is looked at.
 */
export function cheapestSubset(n: number, size: number, cost: SubsetCost, atMost: number): readonly number[] {
  const chosen: number[] = []
  let best: readonly number[] = []
  // Room for rounding, or the subset that is known to cost it could be missed.
  let limit = Math.max(0, atMost) * (1 + 1e-9)
  const extend = (from: number): void => {
    for (let position = from; position <= n - size + chosen.length; position++) {
      const bound = cost.push(position, limit)
      if (bound <= limit) {
        chosen.push(position)
        if (chosen.length < size) extend(position + 1)
        else {
          best = [...chosen]
          limit = bound > 0 ? bound - bound * equalShare : Number.NEGATIVE_INFINITY
        }
        chosen.pop()
      }
      cost.pop()
    }
  }
  extend(0)
  return best
}

/** For each row the subset of those nearest to it: one of them is seldom far from the cheapest. */
export function neighborhoodsOf(distances: Float64Array, n: number, size: number): number[][] {
  return Array.from({ length: n }, (_, i) => leastPositions(distances.subarray(i * n, (i + 1) * n), size))
}

/**
 * Refuses n and f with more subsets than `limitOf` says of their size. It looks at nothing else: what a search really visits
 * depends on the vectors, and a liar could make an honest peer give up.
 */
export function atMostSubsets(
  rule: string,
  limitOf: (size: number) => number,
): (n: number, f: number) => void {
  return (n, f) => {
    const subsets = binomial(n, f)
    const limit = limitOf(n - f)
    // All of them are one subset, which nobody has to search for.
    if (subsets === 1) return
    if (subsets > limit) throw garError({ code: 'GAR_TOO_MANY_SUBSETS', rule, n, f, subsets, limit })
  }
}

/** n over k; each step of the product is a whole number. */
function binomial(n: number, k: number): number {
  let product = 1
  for (let i = 1; i <= k; i++) product = (product * (n - k + i)) / i
  return Math.round(product)
}

/** All subsets of 0..n-1 with `size` members, ascending, in lexicographic order. */
export function* subsetsOf(n: number, size: number): Generator<readonly number[]> {
  const subset = Array.from({ length: size }, (_, i) => i)
  for (;;) {
    yield [...subset]
    let last = size - 1
    while (last >= 0 && subset[last] === n - size + last) last--
    if (last < 0) return
    const next = (subset[last] as number) + 1
    for (let i = last; i < size; i++) subset[i] = next + i - last
  }
}
