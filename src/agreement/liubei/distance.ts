/** L2, in float64. O(d). */
export function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += ((a[k] as number) - (b[k] as number)) ** 2
  return Math.sqrt(sum)
}

export function areEqual(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((x, k) => x === b[k])
}
