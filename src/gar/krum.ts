/**
 * Krum (Blanchard, El Mhamdi, Guerraoui, Stainer, "Machine Learning with Adversaries", NeurIPS 2017): the vector whose
 * nearest others are nearest.
 */
import type { Bound } from './bound.ts'
import type { Circumstances, Rule } from './gar.ts'
import { leastPositions } from './least.ts'
import type { Count } from './parameter.ts'

export interface KrumOptions {
  /** How many of the others count towards a vector's score: n-f-2 in the paper, n-f-1 at byzfl and Garfield. */
  readonly neighbors: Count
  readonly distance: 'squared' | 'euclidean'
}

/** The input of least score, ties to the lowest position; the result is a copy. O(n^2 d). */
export function krum(options: KrumOptions): Rule {
  return function* (circumstances) {
    const scores = scoresOf(yield { kind: 'squared-distances' }, circumstances, options)
    const [winner] = leastPositions(scores, 1)
    return { kind: 'copy', position: winner as number, scores }
  }
}

/** That of the neighbours counted: the paper's n >= 2f+3 for its n-f-2. */
export function krumBound({ neighbors }: KrumOptions): Bound {
  return neighbors.bound
}

/** The scores that `options` ask for: [n] from the squared distances [n * n]. */
export function scoresOf(
  squared: Float64Array,
  { n, f }: Pick<Circumstances, 'n' | 'f'>,
  { neighbors, distance }: KrumOptions,
): Float64Array {
  return krumScores(distance === 'squared' ? squared : squared.map(Math.sqrt), n, neighbors.of(n, f))
}

/** score_i = the sum of the distances from x_i to its `count` nearest others: [n] from [n * n]. */
export function krumScores(distances: Float64Array, n: number, count: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    // The first of the sorted row is the vector's distance to itself, 0, or an equal one of a vector equal to it.
    const nearest = distances.slice(i * n, (i + 1) * n).sort()
    return nearest.subarray(1, 1 + count).reduce((sum, term) => sum + term, 0)
  })
}
