/**
 * Smallest maximum eigenvalue averaging (Farhadkhani, Guerraoui, Gupta, Pinot, Stephan, "Byzantine Machine Learning Made
 * Easy By Resilient Averaging of Momentums", ICML 2022, as MDA's relative): the mean of the n-f inputs whose covariance has
 * the least greatest eigenvalue.
 *
 * The eigenvalues of a covariance of m rows are those of the m x m matrix of products of the centred rows, over m: so d
 * does not enter the search.
 */
import { topEigenpair } from './eigen.ts'
import type { Rule } from './gar.ts'
import { centeredGram, dot, type Matrix, submatrix, times } from './gram.ts'
import { allPositions } from './least.ts'
import { atMostSubsets, cheapestSubset, neighborhoodsOf, type SubsetCost } from './subset-search.ts'

/** Refuses n and f with more subsets than ten seconds or so can look at: an eigenvalue of m rows takes m^3 steps. */
export const checkSmea = atMostSubsets('smea', (size) =>
  Math.min(200_000, Math.floor(250_000_000 / size ** 3)),
)

/** The mean of that subset; of equal ones the first in lexicographic order. O(n^2 d), and at most C(n, f) eigenvalues. */
export const smea: Rule = function* ({ n, f }) {
  const distances = yield { kind: 'squared-distances' }
  return { kind: 'mean', positions: leastSpread(distances, n, n - f) }
}

/** The positions of that subset, ascending, from the squared distances [n * n]. */
export function leastSpread(values: Float64Array, n: number, size: number): readonly number[] {
  if (size === n) return allPositions(n)
  const distances = { n, values }
  const known = neighborhoodsOf(values, n, size).map((subset) => spread(distances, subset))
  return cheapestSubset(n, size, widest(distances, size), Math.min(...known))
}

/** The greatest sum of squares in one direction. */
function spread(distances: Matrix, subset: readonly number[]): number {
  return topEigenpair(gramOf(distances, subset)).value
}

function gramOf(distances: Matrix, subset: readonly number[]): Matrix {
  return centeredGram(submatrix(distances, subset), new Float64Array(subset.length).fill(1))
}

/**
 * That sum of squares, which one row more never makes less. Most subsets are seen to be too wide by a few steps of power
 * iteration, which never says too much; the others get their eigenvalue exactly.
 */
function widest(distances: Matrix, size: number): SubsetCost {
  const chosen: number[] = []
  return {
    push(position, limit) {
      chosen.push(position)
      if (chosen.length === 1) return 0
      const gram = gramOf(distances, chosen)
      const lower = rayleigh(gram, limit)
      return lower > limit || chosen.length < size ? lower : topEigenpair(gram).value
    },
    pop() {
      chosen.pop()
    },
  }
}

/** At most the greatest eigenvalue, near it where it exceeds `limit` at all clearly: v.Mv / v.v after a few steps. */
function rayleigh(gram: Matrix, limit: number): number {
  let quotient = 0
  // From the longest centred row: it has a share in the widest direction.
  let longest = 0
  for (let i = 1; i < gram.n; i++) if (diagonal(gram, i) > diagonal(gram, longest)) longest = i
  let v: Float64Array = gram.values.slice(longest * gram.n, (longest + 1) * gram.n)
  for (let step = 0; step < 4 && quotient <= limit; step++) {
    const norm = Math.sqrt(dot(v, v))
    if (norm === 0) return 0
    v = v.map((value) => value / norm)
    const next = times(gram, v)
    quotient = dot(v, next)
    v = next
  }
  return quotient
}

function diagonal({ n, values }: Matrix, i: number): number {
  return values[i * n + i] as number
}
