/**
 * How fast averaging with symmetric weights mixes: one round leaves at most 1 - gap of the distance to the mean (L2, over all
 * positions together), and no better bound holds for all vectors.
 */
import { topEigenpair } from '../../gar/eigen.ts'
import type { NodeWeights } from './metropolis.ts'

/** 1 minus the greatest magnitude of an eigenvalue of W - 1/n. O(n^3): for tables and guards, not for every step. */
export function spectralGap(weights: readonly NodeWeights[]): number {
  const n = weights.length
  const rest = new Float64Array(n * n).fill(-1 / n)
  for (const [i, { own, neighbours }] of weights.entries()) {
    rest[i * n + i] = own - 1 / n
    for (const { neighbour, weight } of neighbours) rest[i * n + neighbour] = weight - 1 / n
  }
  return 1 - Math.sqrt(Math.max(0, topEigenpair({ n, values: squareOf(rest, n) }).value))
}

/** Of a symmetric matrix; its eigenvalues are the squares. */
function squareOf(values: Float64Array, n: number): Float64Array {
  const square = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += (values[i * n + k] as number) * (values[j * n + k] as number)
      square[i * n + j] = sum
    }
  return square
}
