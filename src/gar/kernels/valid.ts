/**
 * Combinations of rows that have holes: what a lossy transport delivers. `valid` is [n] bitmaps over all coordinates, bit
 * k % 8 of byte k / 8; a block starts at coordinate `start`. What is not there may hold anything, NaN included.
 */

/** The mean of the values that are there; 0 where none is. */
export function meanOfValidInto(
  result: Float32Array,
  rows: readonly Float32Array[],
  valid: readonly Uint8Array[],
  start: number,
): void {
  for (let k = 0; k < result.length; k++) {
    let sum = 0
    let count = 0
    for (let i = 0; i < rows.length; i++) {
      if (!isThere(valid[i]!, start + k)) continue
      sum += rows[i]![k]!
      count++
    }
    result[k] = count === 0 ? 0 : sum / count
  }
}

/** The median of the values that are there; 0 where none is. */
export function medianOfValidInto(
  result: Float32Array,
  rows: readonly Float32Array[],
  valid: readonly Uint8Array[],
  start: number,
  even: 'mean-of-middles' | 'lower' | 'upper',
): void {
  const values = new Float64Array(rows.length)
  for (let k = 0; k < result.length; k++) {
    let count = 0
    for (let i = 0; i < rows.length; i++) if (isThere(valid[i]!, start + k)) values[count++] = rows[i]![k]!
    const sorted = values.subarray(0, count).sort()
    const upper = sorted[count >> 1] ?? 0
    const lower = sorted[(count - 1) >> 1] ?? 0
    result[k] = even === 'upper' ? upper : even === 'lower' ? lower : (lower + upper) / 2
  }
}

function isThere(bitmap: Uint8Array, coordinate: number): boolean {
  return ((bitmap[coordinate >> 3]! >> (coordinate & 7)) & 1) === 1
}
