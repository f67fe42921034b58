/**
 * Comparative gradient elimination (Gupta, Liu, Vaidya, "Byzantine fault-tolerant distributed machine learning using
 * stochastic gradient descent and norm-based comparative gradient elimination", 2020).
 *
 * Fooled by whatever is small or turned around, as long as its norm is below that of the largest honest input.
 */
import { nearestTo } from './nearest-to.ts'

/** The mean of the n-f inputs of least norm, ties to the lowest position. O(n d). */
export const cge = nearestTo(
  () => ({ kind: 'zero' }),
  ({ n, f }) => n - f,
)
