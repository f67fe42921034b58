/** Rules that average the inputs nearest to a point. */
import type { Circumstances, Point, Rule } from './gar.ts'
import { leastPositions } from './least.ts'

/**
 * The mean of the `count` inputs nearest to `pointOf`, ties to the lowest position; the scores are squared distances.
 * O(n d).
 */
export function nearestTo(
  pointOf: (circumstances: Circumstances) => Point,
  count: (circumstances: Circumstances) => number,
): Rule {
  return function* (circumstances) {
    const scores = yield { kind: 'squared-distances-to', point: pointOf(circumstances) }
    return { kind: 'mean', positions: leastPositions(scores, count(circumstances)), scores }
  }
}

/** The row at `position`, as a point. */
export function rowAt(position: number, rows: number): Point {
  return { kind: 'weights', weights: new Float64Array(rows).fill(1, position, position + 1) }
}
