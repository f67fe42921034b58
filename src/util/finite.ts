/** Whether no coordinate is NaN or infinite. */
export function allFinite(vector: Float32Array | Float64Array): boolean {
  // x - x is 0 for finite x and NaN otherwise, so a sum finds any bad coordinate without a branch in the loop. Four sums,
  // because each addition waits for the one before it.
  let [a, b, c, d] = [0, 0, 0, 0]
  const fours = vector.length - (vector.length % 4)
  for (let i = 0; i < fours; i += 4) {
    a += difference(vector[i] as number)
    b += difference(vector[i + 1] as number)
    c += difference(vector[i + 2] as number)
    d += difference(vector[i + 3] as number)
  }
  for (let i = fours; i < vector.length; i++) a += difference(vector[i] as number)
  return a + b + c + d === 0
}

function difference(x: number): number {
  return x - x
}
