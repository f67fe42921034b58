/** The mean of the values that lie nearest to a centre: the loop under MeaMed, Phocas and Bulyan. */

export interface NearestMean {
  /** The centre is the mean of the values of rank from..to-1. */
  readonly from: number
  readonly to: number
  /** How many values are averaged. */
  readonly keep: number
}

/**
 * Per column, the mean of the `keep` values nearest to the centre: `sorted` is [n], ascending per column.
 *
 * They are a run of the sorted values: value t leaves it for value t + keep where that is strictly nearer. Distances are
 * float64, and the sum runs from the least value up. O(n) a column.
 */
export function nearestMeanInto(
  result: Float32Array,
  sorted: readonly Float32Array[],
  { from, to, keep }: NearestMean,
): void {
  const n = sorted.length
  const centreShare = 1 / (to - from)
  const share = 1 / keep
  for (let k = 0; k < result.length; k++) {
    let centre = 0
    for (let rank = from; rank < to; rank++) centre += sorted[rank]![k]!
    centre *= centreShare
    let first = 0
    while (first + keep < n && centre - sorted[first]![k]! > sorted[first + keep]![k]! - centre) first++
    let sum = 0
    for (let rank = first; rank < first + keep; rank++) sum += sorted[rank]![k]!
    result[k] = sum * share
  }
}
