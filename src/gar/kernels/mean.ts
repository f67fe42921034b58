/** The mean of vectors. */

/** Coordinates summed at a time, so that the sums stay in the first-level cache. */
const blockLength = 1024

/**
 * The mean of the vectors at `positions`, at least one: [n][d] to [d]. Summed in float64 in the order of `positions`.
 * O(d |positions|) time; scratch for one block.
 */
export function meanOf(vectors: readonly Float32Array[], positions: readonly number[]): Float32Array {
  const chosen = positions.map((i) => vectors[i]!)
  const mean = new Float32Array(vectors[0]!.length)
  for (let start = 0; start < mean.length; start += blockLength) {
    meanInto(mean.subarray(start, start + blockLength), chosen, start)
  }
  return mean
}

/**
 * Writes to each mean[k] the mean of row[offset + k] over `rows`.
 *
 * All loops stand in this one function on purpose: V8 inlines smaller ones into callers that it optimizes less.
 */
export function meanInto(mean: Float32Array, rows: readonly Float32Array[], offset: number): void {
  const sums = new Float64Array(mean.length)
  for (const row of rows) {
    for (let k = 0; k < sums.length; k++) sums[k] = sums[k]! + row[offset + k]!
  }
  for (let k = 0; k < sums.length; k++) mean[k] = sums[k]! / rows.length
}
