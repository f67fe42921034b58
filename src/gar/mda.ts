/**
 * Minimum-diameter averaging, also called Brute (El Mhamdi, Guerraoui, Rouault, "The Hidden Vulnerability of
 * Distributed Learning in Byzantium", ICML 2018): the mean of the n-f inputs that lie closest together.
 *
 * Exact without looking at all C(n, f) subsets. Call two inputs in conflict when they are farther apart than t: n-f
 * inputs have a diameter of at most t if and only if the others, at most f, touch every conflict. So the least diameter
 * is the least pairwise distance whose conflicts have a vertex cover of at most f.
 */
import type { Rule } from './gar.ts'
import { type Graph, hasCover, neighborsOf, without } from './vertex-cover.ts'

/**
 * The mean of the n-f inputs with the least largest pairwise distance; of several such sets, the first in lexicographic
 * order of positions, which is what enumeration finds. O(n^2 d), and a search that d does not enter.
 */
export const mda: Rule = function* ({ n, f }) {
  // Squared, because the order of distances is all that matters.
  const distances = yield { kind: 'squared-distances' }
  return { kind: 'mean', positions: mostCompactSubset(distances, n, f) }
}

/** The positions of that subset, ascending: [n-f] from the distances [n * n]. */
export function mostCompactSubset(distances: Float64Array, n: number, f: number): number[] {
  return firstSubset(conflictsBeyond(leastDiameter(distances, n, f), distances, n), f)
}

function leastDiameter(distances: Float64Array, n: number, f: number): number {
  const nobody = new Uint8Array(n)
  const candidates = Float64Array.from(new Set(distances)).sort()
  // The greatest distance always does: beyond it there is no conflict.
  let low = 0
  let high = candidates.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    const conflicts = conflictsBeyond(candidates[middle] as number, distances, n)
    if (hasCover(conflicts, nobody, f)) high = middle
    else low = middle + 1
  }
  return candidates[low] as number
}

function conflictsBeyond(diameter: number, distances: Float64Array, n: number): Graph {
  return { n, edges: Uint8Array.from(distances, (distance) => (distance > diameter ? 1 : 0)) }
}

/** Takes each position, lowest first, that leaves a way to be rid of all conflicts within f removals. */
function firstSubset(conflicts: Graph, f: number): number[] {
  const chosen: number[] = []
  let removed: Uint8Array = new Uint8Array(conflicts.n)
  let budget = f
  for (let position = 0; chosen.length < conflicts.n - f; position++) {
    if (removed[position] === 1) continue
    const rivals = neighborsOf(conflicts, removed, position)
    const rest = without(removed, rivals)
    if (rivals.length <= budget && hasCover(conflicts, rest, budget - rivals.length)) {
      chosen.push(position)
      removed = rest
      budget -= rivals.length
    } else {
      removed = without(removed, [position])
      budget -= 1
    }
  }
  return chosen
}
