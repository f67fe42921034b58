/**
 * Bulyan (El Mhamdi, Guerraoui, Rouault, "The Hidden Vulnerability of Distributed Learning in Byzantium", ICML 2018): a
 * selection by Krum, then per coordinate the mean of the values nearest to the median of the selected.
 *
 * n >= 4f+3: of theta = n-2f >= 2f+3 selected vectors at most f are arbitrary, and beta = theta-2f >= 3 values are averaged.
 */
import type { Finish, Mix, Rule } from './gar.ts'
import { krumScores } from './krum.ts'
import { leastPositions } from './least.ts'
import { type EvenMedian, middleRanks } from './median.ts'

/**
 * The paper's: Krum chooses one of those that are left, n-2f times, each time scored anew by its pool-f-2 nearest (at least
 * one). Ties to the lowest position; late rounds count one neighbour, so ties are the rule and the order of the inputs is
 * part of the meaning. O(n^2 d + n^3 log n).
 */
export function bulyan(even: EvenMedian): Rule {
  return function* ({ n, f }) {
    const distances = yield { kind: 'squared-distances' }
    const pool = Array.from({ length: n }, (_, i) => i)
    const selected: (readonly number[])[] = []
    while (selected.length < n - 2 * f) {
      const [winner] = leastPositions(poolScores(distances, n, pool, f), 1) as [number]
      selected.push(pool.splice(winner, 1))
    }
    return aroundMedian({ kind: 'means', of: selected }, f, even)
  }
}

/** Krum's scores of the pool alone. */
function poolScores(distances: Float64Array, n: number, pool: readonly number[], f: number): Float64Array {
  const among = Float64Array.from(pool.flatMap((i) => pool.map((j) => distances[i * n + j] as number)))
  return krumScores(among, pool.length, Math.max(1, pool.length - f - 2))
}

/**
 * AggregaThor's: at step k = 0, 1, .. n-2f-3 the mean of the m-k best of those that are left, m = n-f-2; then the best one
 * goes, and the scores of those who counted it as a neighbour fall by its distance. So what is combined are means, and
 * fewer: beta = n-4f-2. O(n^2 d + n^2 log n).
 */
export function bulyanMultikrum(even: EvenMedian): Rule {
  return function* ({ n, f }) {
    const distances = yield { kind: 'squared-distances' }
    const m = n - f - 2
    const neighborhoods = Array.from({ length: n }, (_, i) => nearestOthers(distances, n, i, m))
    const scores = krumScores(distances, n, m)
    const steps: (readonly number[])[] = []
    while (steps.length < n - 2 * f - 2) {
      steps.push(leastPositions(scores, m - steps.length))
      const [best] = leastPositions(scores, 1) as [number]
      for (const [i, neighborhood] of neighborhoods.entries()) {
        if (neighborhood.has(best)) scores[i] = (scores[i] as number) - (distances[i * n + best] as number)
      }
      scores[best] = Number.POSITIVE_INFINITY
    }
    return aroundMedian({ kind: 'means', of: steps }, f, even)
  }
}

/** The `count` other rows nearest to row i, ties to the lowest position. */
function nearestOthers(distances: Float64Array, n: number, i: number, count: number): ReadonlySet<number> {
  const keys = distances.slice(i * n, (i + 1) * n).fill(Number.POSITIVE_INFINITY, i, i + 1)
  return new Set(leastPositions(keys, count))
}

/** Per coordinate, the mean of the theta-2f values nearest to the median of the theta selected rows. */
function aroundMedian(selected: Extract<Mix, { kind: 'means' }>, f: number, even: EvenMedian): Finish {
  const theta = selected.of.length
  return { kind: 'nearest-mean', ...middleRanks(theta, even), keep: theta - 2 * f, after: [selected] }
}
