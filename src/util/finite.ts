/** Whether no coordinate is NaN or infinite. */
export function allFinite(vector: Float32Array | Float64Array): boolean {
  // x - x is 0 for finite x and NaN otherwise, so one sum finds any bad coordinate without a branch in the loop.
  let sum = 0
  for (let i = 0; i < vector.length; i++) {
    const x = vector[i] as number
    sum += x - x
  }
  return sum === 0
}
