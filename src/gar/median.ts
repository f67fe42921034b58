/**
 * Coordinate-wise median (Yin, Chen, Kannan, Bartlett, "Byzantine-Robust Distributed Learning", ICML 2018).
 *
 * n >= 2f+1: of the sorted values of a coordinate, those in the middle then lie within the range of the honest ones.
 */
import { coordinateWise } from './coordinate-wise.ts'
import type { Rule } from './gar.ts'

/** What the median of an even number of values is: the mean of the two in the middle, or one of them. */
export type EvenMedian = 'mean-of-middles' | 'lower' | 'upper'

/** out_k = the median of the n values at k. O(d n log^2 n). */
export function median(even: EvenMedian): Rule {
  return coordinateWise(({ n }) => ({ kind: 'rank-mean', ...middleRanks(n, even) }))
}

/** The ranks from..to-1 whose mean is the median of n values. */
export function middleRanks(n: number, even: EvenMedian): { readonly from: number; readonly to: number } {
  const half = Math.floor(n / 2)
  const lower = n % 2 === 0 ? half - 1 : half
  if (even === 'lower') return { from: lower, to: lower + 1 }
  if (even === 'upper') return { from: half, to: half + 1 }
  return { from: lower, to: half + 1 }
}
