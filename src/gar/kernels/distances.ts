/** Distances between vectors, by subtracting first: |a|^2 + |b|^2 - 2ab cancels to noise on models that are alike. */

/** The squared distance between a and b over the coordinates from..to-1. */
export function squaredDistance(a: Float32Array, b: Float32Array, from: number, to: number): number {
  // Four sums, because one addition would otherwise wait for the one before.
  let sum0 = 0
  let sum1 = 0
  let sum2 = 0
  let sum3 = 0
  let k = from
  for (; k + 3 < to; k += 4) {
    const d0 = a[k]! - b[k]!
    const d1 = a[k + 1]! - b[k + 1]!
    const d2 = a[k + 2]! - b[k + 2]!
    const d3 = a[k + 3]! - b[k + 3]!
    sum0 += d0 * d0
    sum1 += d1 * d1
    sum2 += d2 * d2
    sum3 += d3 * d3
  }
  for (; k < to; k++) {
    const d = a[k]! - b[k]!
    sum0 += d * d
  }
  return sum0 + sum1 + (sum2 + sum3)
}

/** The squared distance between a row and a point, summed in the same order. */
export function squaredDistanceTo(row: Float32Array, point: Float64Array): number {
  let sum0 = 0
  let sum1 = 0
  let sum2 = 0
  let sum3 = 0
  let k = 0
  for (; k + 3 < row.length; k += 4) {
    const d0 = row[k]! - point[k]!
    const d1 = row[k + 1]! - point[k + 1]!
    const d2 = row[k + 2]! - point[k + 2]!
    const d3 = row[k + 3]! - point[k + 3]!
    sum0 += d0 * d0
    sum1 += d1 * d1
    sum2 += d2 * d2
    sum3 += d3 * d3
  }
  for (; k < row.length; k++) {
    const d = row[k]! - point[k]!
    sum0 += d * d
  }
  return sum0 + sum1 + (sum2 + sum3)
}
