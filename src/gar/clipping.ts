/** Pre-aggregators that shorten long vectors. */
import type { PreAggregator } from './gar.ts'

/** Static clipping: y_i = x_i min(1, c / |x_i|). O(n d). */
export function clipping(c: number): PreAggregator {
  return function* () {
    const norms = (yield { kind: 'squared-distances-to', point: { kind: 'zero' } }).map(Math.sqrt)
    return { kind: 'scales', by: norms.map((norm) => (norm > c ? c / norm : 1)) }
  }
}

/**
 * Adaptive robust clipping, ARC (Allouah, Guerraoui, Gupta, Jellouli, Rizk, Stephan, "Adaptive Gradient Clipping for Robust
 * Federated Learning", ICLR 2025): the k = floor((2f/n)(n-f)) longest are cut to the length of the next. O(n d).
 */
export const arc: PreAggregator = function* ({ n, f }) {
  const norms = (yield { kind: 'squared-distances-to', point: { kind: 'zero' } }).map(Math.sqrt)
  // In this order, as the published implementation has it: n f = 0 mod n makes the floor sensitive to rounding.
  const k = Math.floor(((2 * f) / n) * (n - f))
  const longest = norms.toSorted()[n - k - 1] as number
  return { kind: 'scales', by: norms.map((norm) => (norm > longest ? longest / norm : 1)) }
}
