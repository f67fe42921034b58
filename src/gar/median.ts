/**
 * Coordinate-wise median (Yin, Chen, Kannan, Bartlett, "Byzantine-Robust Distributed Learning", ICML 2018).
 *
 * n >= 2f+1: of the sorted values of a coordinate, those in the middle then lie within the range of the honest ones.
 */
import type { Gar } from './gar.ts'
import { meanOfRanks } from './kernels/rank-mean.ts'

/** What the median of an even number of values is: the mean of the two in the middle, or one of them. */
export type EvenMedian = 'mean-of-middles' | 'lower' | 'upper'

/** out_k = the median of the n values at k. O(d n log^2 n). */
export function median(even: EvenMedian): Gar {
  return (vectors) => {
    const half = Math.floor(vectors.length / 2)
    const lower = vectors.length % 2 === 0 ? half - 1 : half
    if (even === 'lower') return meanOfRanks(vectors, lower, lower + 1)
    if (even === 'upper') return meanOfRanks(vectors, half, half + 1)
    return meanOfRanks(vectors, lower, half + 1)
  }
}
