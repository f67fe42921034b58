/**
 * Mean around median, MeaMed (Xie, Koyejo, Gupta, "Generalized Byzantine-tolerant SGD", 2018).
 *
 * n >= 2f+1: the median lies among the honest values of a coordinate, and so does one at least of the n-f nearest to it.
 */
import { coordinateWise } from './coordinate-wise.ts'
import type { Rule } from './gar.ts'
import { type EvenMedian, middleRanks } from './median.ts'

/** out_k = the mean of the n-f values at k nearest to their median. O(d n log^2 n). */
export function meamed(even: EvenMedian): Rule {
  return coordinateWise(({ n, f }) => ({ kind: 'nearest-mean', ...middleRanks(n, even), keep: n - f }))
}
