/** Coordinates that are summed before the next ones are: their sums stay in the cache. */
const block = 1024

/** sum of weight * vector, coordinate by coordinate in float64, rounded once: [d]. O(m d). */
export function weightedSum(
  terms: readonly { readonly weight: number; readonly vector: Float32Array }[],
  dimension: number,
): Float32Array {
  const result = new Float32Array(dimension)
  const sum = new Float64Array(block)
  for (let from = 0; from < dimension; from += block) {
    const length = Math.min(block, dimension - from)
    sum.fill(0)
    for (const { weight, vector } of terms)
      for (let k = 0; k < length; k++) sum[k] = (sum[k] as number) + weight * (vector[from + k] as number)
    for (let k = 0; k < length; k++) result[from + k] = sum[k] as number
  }
  return result
}
