/** sum of weight * vector, coordinate by coordinate in float64, rounded once: [d]. O(m d). */
export function weightedSum(
  terms: readonly { readonly weight: number; readonly vector: Float32Array }[],
  dimension: number,
): Float32Array {
  const sum = new Float64Array(dimension)
  for (const { weight, vector } of terms)
    for (let k = 0; k < dimension; k++) sum[k] = (sum[k] as number) + weight * (vector[k] as number)
  return Float32Array.from(sum)
}
