/** How far each coordinate's values reach. */

/** Per coordinate, the greatest value less the least, in float64: [n][d] to [d]. O(n d); scratch for two vectors. */
export function rangesOf(vectors: readonly Float32Array[]): Float64Array {
  const least = vectors[0]!.slice()
  const greatest = vectors[0]!.slice()
  for (const vector of vectors) widen(least, greatest, vector)
  const ranges = new Float64Array(least.length)
  for (let k = 0; k < ranges.length; k++) ranges[k] = greatest[k]! - least[k]!
  return ranges
}

function widen(least: Float32Array, greatest: Float32Array, vector: Float32Array): void {
  for (let k = 0; k < vector.length; k++) {
    const value = vector[k]!
    if (value < least[k]!) least[k] = value
    if (value > greatest[k]!) greatest[k] = value
  }
}
