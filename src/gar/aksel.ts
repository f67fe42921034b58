/**
 * Aksel (Boussetta, El-Mhamdi, Guerraoui, Maurer, Rouault, "AKSEL: Fast Byzantine SGD", OPODIS 2020): the mean of the
 * inputs nearest to the coordinate-wise median.
 */
import type { Rule } from './gar.ts'
import { type EvenMedian, middleRanks } from './median.ts'
import { nearestTo } from './nearest-to.ts'

export interface AkselOptions {
  /** How many are averaged: the smaller half and one more, floor((n+1)/2), or n-f. */
  readonly mode: 'mid' | 'n-f'
  readonly even: EvenMedian
}

/** The mean of the c inputs nearest to their coordinate-wise median. O(d n log^2 n). */
export function aksel({ mode, even }: AkselOptions): Rule {
  return nearestTo(
    ({ n }) => ({ kind: 'ranks', ...middleRanks(n, even) }),
    ({ n, f }) => (mode === 'mid' ? Math.floor((n + 1) / 2) : n - f),
  )
}
