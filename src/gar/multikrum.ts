/**
 * Multi-Krum: the mean of the m vectors that Krum likes best (Blanchard et al., NeurIPS 2017; first proof of its
 * robustness: arXiv 2602.03899).
 */
import { type Bound, both } from './bound.ts'
import type { Gar } from './gar.ts'
import { meanOf } from './kernels/mean.ts'
import { type KrumOptions, krumBound, krumScores } from './krum.ts'
import { leastPositions } from './least.ts'
import type { Count } from './parameter.ts'

export interface MultiKrumOptions extends KrumOptions {
  /** How many vectors are averaged: 1 is Krum, n-f-2 the most that the paper admits, n-f byzfl's. */
  readonly m: Count
}

/** The mean of the m inputs of least score, ties to the lowest position. O(n^2 d). */
export function multikrum(options: MultiKrumOptions): Gar {
  return (vectors, f) => {
    const scores = krumScores(vectors, f, options)
    return meanOf(vectors, leastPositions(scores, options.m.of(vectors.length, f)))
  }
}

/** Krum's, and 1 <= m <= n-f. */
export function multikrumBound(options: MultiKrumOptions): Bound {
  return both(krumBound(options), options.m.bound)
}
