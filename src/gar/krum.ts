/**
 * Krum (Blanchard, El Mhamdi, Guerraoui, Stainer, "Machine Learning with Adversaries", NeurIPS 2017): the vector whose
 * nearest others are nearest.
 */
import { atLeast, type Bound } from './bound.ts'
import type { Circumstances, Rule } from './gar.ts'
import { leastPositions } from './least.ts'

export interface KrumOptions {
  /** How many of the others count towards a vector's score: n-f-2 in the paper, n-f-1 at byzfl and Garfield. */
  readonly neighbors: 'n-f-2' | 'n-f-1'
  readonly distance: 'squared' | 'euclidean'
}

/** The input of least score, ties to the lowest position; the result is a copy. O(n^2 d). */
export function krum(options: KrumOptions): Rule {
  return function* (circumstances) {
    const scores = krumScores(yield { kind: 'squared-distances' }, circumstances, options)
    const [winner] = leastPositions(scores, 1)
    return { kind: 'copy', position: winner as number, scores }
  }
}

/**
 * The paper's bound for its n-f-2 neighbours. With n-f-1 it is n >= 2f+1: an honest vector's score is then no more
 * than its distances to all other honest ones, and a liar's score counts at least n-2f honest vectors, which is the
 * argument for (f, kappa)-robustness (Allouah et al., "Fixing by Mixing", AISTATS 2023).
 */
export function krumBound({ neighbors }: KrumOptions): Bound {
  return neighbors === 'n-f-2' ? atLeast(2, 3) : atLeast(2, 1)
}

/** score_i = the sum of the distances from x_i to its nearest others: [n] from [n * n]. */
export function krumScores(
  squared: Float64Array,
  { n, f }: Pick<Circumstances, 'n' | 'f'>,
  { neighbors, distance }: KrumOptions,
): Float64Array {
  const count = neighbors === 'n-f-2' ? n - f - 2 : n - f - 1
  const distances = distance === 'squared' ? squared : squared.map(Math.sqrt)
  return Float64Array.from({ length: n }, (_, i) => {
    // The first of the sorted row is the vector's distance to itself, 0, or an equal one of a vector equal to it.
    const nearest = distances.slice(i * n, (i + 1) * n).sort()
    return nearest.subarray(1, 1 + count).reduce((sum, term) => sum + term, 0)
  })
}
