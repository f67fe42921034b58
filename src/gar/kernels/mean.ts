/** The mean of rows. */

/**
 * Writes to each mean[k] the mean of row[offset + k] over `rows`, summed in float64 in their order. Of zeros it is +0.
 *
 * The sum is multiplied by 1/n: a float64 division costs more than all the rest, and rounding to float32 hides the last
 * bit in which it may differ. So the mean still lies between the least and the greatest value.
 *
 * All loops stand in this one function on purpose: V8 inlines smaller ones into callers that it optimizes less.
 */
export function meanInto(
  mean: Float32Array | Float64Array,
  rows: readonly Float32Array[],
  offset: number,
): void {
  const sums = new Float64Array(mean.length)
  for (const row of rows) {
    for (let k = 0; k < sums.length; k++) sums[k] = sums[k]! + row[offset + k]!
  }
  const share = 1 / rows.length
  for (let k = 0; k < sums.length; k++) mean[k] = sums[k]! * share
}
