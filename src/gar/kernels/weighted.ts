/** Sums of rows with weights, in float64, in the order of the rows. */

/** point[k] = sum w_i row_i[k]. */
export function weightInto(point: Float64Array, rows: readonly Float32Array[], weights: Float64Array): void {
  point.fill(0)
  for (const [i, row] of rows.entries()) {
    const weight = weights[i]!
    for (let k = 0; k < point.length; k++) point[k] = point[k]! + weight * row[k]!
  }
}

/** result[k] = sum w_i row_i[k], rounded once. */
export function weightedInto(
  result: Float32Array,
  rows: readonly Float32Array[],
  weights: Float64Array,
): void {
  const sums = new Float64Array(result.length)
  weightInto(sums, rows, weights)
  result.set(sums)
}

/** scaled[k] = factor * row[k], rounded once. */
export function scaleInto(scaled: Float32Array, row: Float32Array, factor: number): void {
  for (let k = 0; k < scaled.length; k++) scaled[k] = factor * row[k]!
}
