/**
 * Nearest-neighbour mixing (Allouah, Farhadkhani, Guerraoui, Gupta, Pinot, Stephan, "Fixing by Mixing", AISTATS 2023):
 * each input is replaced by the mean of its neighbourhood, which makes honest inputs alike before a rule sees them.
 *
 * For gradients, not for models: before a trimmed mean it is no step of agreement, because liars who tell each peer
 * something else can keep the outputs apart.
 */
import type { PreAggregator } from './gar.ts'
import { allPositions, leastPositions } from './least.ts'

/** y_i = the mean of the n-f inputs nearest x_i, itself included, ties to the lowest position: [n][d]. O(n^2 d). */
export const nnm: PreAggregator = function* ({ n, f }) {
  const distances = yield { kind: 'squared-distances' }
  const neighborhood = (i: number) => leastPositions(distances.subarray(i * n, (i + 1) * n), n - f)
  return { kind: 'means', of: allPositions(n).map(neighborhood) }
}
