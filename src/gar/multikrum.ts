/**
 * Multi-Krum: the mean of the m vectors that Krum likes best (Blanchard et al., NeurIPS 2017; first proof of its
 * robustness: arXiv 2602.03899).
 */
import { type Bound, both } from './bound.ts'
import type { Rule } from './gar.ts'
import { type KrumOptions, krumBound, scoresOf } from './krum.ts'
import { leastPositions } from './least.ts'
import type { Count } from './parameter.ts'

export interface MultiKrumOptions extends KrumOptions {
  /** How many vectors are averaged: 1 is Krum, n-f-2 the most that the paper admits, n-f byzfl's. */
  readonly m: Count
}

/** The mean of the m inputs of least score, ties to the lowest position. O(n^2 d). */
export function multikrum(options: MultiKrumOptions): Rule {
  return function* (circumstances) {
    const { n, f } = circumstances
    const scores = scoresOf(yield { kind: 'squared-distances' }, circumstances, options)
    return { kind: 'mean', positions: leastPositions(scores, options.m.of(n, f)), scores }
  }
}

/** Krum's, and 1 <= m <= n-f. */
export function multikrumBound(options: MultiKrumOptions): Bound {
  return both(krumBound(options), options.m.bound)
}
