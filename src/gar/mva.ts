/**
 * Minimum-variance averaging (El-Mhamdi, Guerraoui, Rouault, "Distributed Momentum for Byzantine-resilient Stochastic
 * Gradient Descent", ICLR 2021, compares variances so; LPD-EPFL's collaborative-learning code ships it as a rule): the mean
 * of the n-f inputs whose squared deviations from their mean sum to least.
 *
 * That sum is the sum of the pairwise squared distances over n-f. Unlike the diameter it is hardly ever equal for two
 * subsets, so the answer does not depend on the order of inputs in general position.
 */
import type { Rule } from './gar.ts'
import { allPositions } from './least.ts'
import { atMostSubsets, cheapestSubset, neighborhoodsOf, type SubsetCost } from './subset-search.ts'

/** Refuses n and f with more subsets than a second or so can look at. */
export const checkMva = atMostSubsets('mva', () => 10_000_000)

/** The mean of that subset; of equal ones the first in lexicographic order. O(n^2 d), and a search of at most C(n, f). */
export const mva: Rule = function* ({ n, f }) {
  const distances = yield { kind: 'squared-distances' }
  return { kind: 'mean', positions: leastVariance(distances, n, n - f) }
}

/** The positions of that subset, ascending, from the squared distances [n * n]. */
export function leastVariance(distances: Float64Array, n: number, size: number): readonly number[] {
  if (size === n) return allPositions(n)
  const known = neighborhoodsOf(distances, n, size).map((subset) => within(distances, n, subset))
  return cheapestSubset(n, size, pairwiseSum(distances, n, size), Math.min(...known))
}

function within(distances: Float64Array, n: number, subset: readonly number[]): number {
  let sum = 0
  for (const i of subset) for (const j of subset) if (i < j) sum += distances[i * n + j] as number
  return sum
}

/**
 * The sum of the distances within a subset. Of those still to come, r in number, each adds its distances to the chosen and
 * at least half of those to its r-1 nearest; the r least such sums bound what is missing.
 */
function pairwiseSum(distances: Float64Array, n: number, size: number): SubsetCost {
  /** nearest[j * n + r]: the sum of the r least distances from j to others. */
  const nearest = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    const row = distances.slice(j * n, (j + 1) * n).sort()
    for (let r = 1; r < n; r++) nearest[j * n + r] = (nearest[j * n + r - 1] as number) + (row[r] as number)
  }
  const sums = new Float64Array(size + 1)
  /** toChosen[depth * n + j]: the sum of the distances from j to the chosen ones. */
  const toChosen = new Float64Array((size + 1) * n)
  const keys = new Float64Array(n)
  let depth = 0
  return {
    push(position, limit) {
      const sum = (sums[depth] as number) + (toChosen[depth * n + position] as number)
      sums[depth + 1] = sum
      const missing = size - depth - 1
      const [now, then] = [depth * n, (depth + 1) * n]
      depth++
      if (sum > limit || missing === 0) return sum
      for (let j = position + 1; j < n; j++) {
        const total = (toChosen[now + j] as number) + (distances[position * n + j] as number)
        toChosen[then + j] = total
        keys[j] = total + (nearest[j * n + missing - 1] as number) / 2
      }
      const least = keys
        .subarray(position + 1)
        .slice()
        .sort()
      let bound = sum
      for (let r = 0; r < missing; r++) bound += least[r] as number
      return bound
    },
    pop() {
      depth--
    },
  }
}
