/** The greatest eigenvalue of a small symmetric matrix. Additions, products and square roots only: the same bits anywhere. */
import type { Matrix } from './gram.ts'

export interface Eigenpair {
  readonly value: number
  /** Of length 1. */
  readonly vector: Float64Array
}

/** Sweeps after which Jacobi's method has long converged: it does so quadratically, in about eight. */
const sweeps = 40

/**
 * The greatest eigenvalue and its eigenvector, by cyclic Jacobi rotations (Golub, Van Loan, "Matrix Computations", 8.5):
 * slower than the best, and accurate to the last bits. Of equal eigenvalues the first on the diagonal. O(n^3) a sweep.
 */
export function topEigenpair({ n, values }: Matrix): Eigenpair {
  const a = values.slice()
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  const negligible = Number.EPSILON ** 2 * a.reduce((sum, value) => sum + value * value, 0)
  for (let sweep = 0; sweep < sweeps && offDiagonal(a, n) > negligible; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q)
  }
  let top = 0
  for (let i = 1; i < n; i++) if ((a[i * n + i] as number) > (a[top * n + top] as number)) top = i
  return { value: a[top * n + top] as number, vector: vectors.slice(top * n, (top + 1) * n) }
}

/** The sum of squares above the diagonal. */
function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) sum += (a[i * n + j] as number) ** 2
  return sum
}

/** Makes a[p, q] zero; row i of `vectors` becomes the i-th eigenvector. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q] as number
  if (apq === 0) return
  const theta = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * apq)
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q, c, s)
  for (let k = 0; k < n; k++) {
    turn(a, p * n + k, q * n + k, c, s)
    turn(vectors, p * n + k, q * n + k, c, s)
  }
}

function turn(values: Float64Array, at: number, other: number, c: number, s: number): void {
  const x = values[at] as number
  const y = values[other] as number
  values[at] = c * x - s * y
  values[other] = s * x + c * y
}
