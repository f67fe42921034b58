/**
 * Rules for vectors with holes, which AggregaThor's lossy transport delivers (Damaskinos et al., "AggregaThor", MLSys
 * 2019): each coordinate is combined from the values that are there, and is 0 where none is.
 */
import { coordinateWise } from './coordinate-wise.ts'
import type { Rule } from './gar.ts'
import type { EvenMedian } from './median.ts'

/** out_k = the mean of the values at k that are there. O(n d). */
export const averageNan = coordinateWise(() => ({ kind: 'mean-of-valid' }))

/**
 * out_k = the median of the values at k that are there. Within the honest values only where at least 2f+1 are there:
 * holes are chance's, or an attacker's who can lose packets. O(d n log n).
 */
export function medianNan(even: EvenMedian): Rule {
  return coordinateWise(() => ({ kind: 'median-of-valid', even }))
}
