/** Distances between vectors, by subtracting first: |a|^2 + |b|^2 - 2ab cancels to noise on models that are alike. */

/** Coordinates visited at a time, so that n rows of them stay in cache while all pairs use them. */
const blockLength = 1024

/**
 * All pairwise squared distances as a symmetric [n * n] matrix, row by row, zeros on its diagonal.
 *
 * Float64 throughout, and each entry depends on its two vectors alone, bit for bit. O(d n^2 / 2) time; scratch: none.
 */
export function squaredDistances(vectors: readonly Float32Array[]): Float64Array {
  const n = vectors.length
  const dimension = vectors[0]!.length
  const matrix = new Float64Array(n * n)
  for (let start = 0; start < dimension; start += blockLength) {
    const end = Math.min(start + blockLength, dimension)
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        matrix[i * n + j] = matrix[i * n + j]! + squaredDistance(vectors[i]!, vectors[j]!, start, end)
      }
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) matrix[i * n + j] = matrix[j * n + i]!
  return matrix
}

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
