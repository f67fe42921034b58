/**
 * MoNNA (Farhadkhani, Guerraoui, Gupta, Hoang, Pinot, Stephan, "Robust Collaborative Learning with Linear Gradient
 * Overhead", ICML 2023): the mean of the inputs nearest to the caller's own. The only rule here that trusts an input.
 */
import { garError } from './errors.ts'
import type { Rule } from './gar.ts'
import { nearestTo, rowAt } from './nearest-to.ts'

/**
 * The mean of the n-f inputs nearest to one's own, itself included, ties to the lowest position. `idx` says which that is
 * where it is not the caller's. O(n d).
 *
 * @throws GAR_NOT_GIVEN where there is no own, GAR_BAD_GIVEN where `idx` is none of the rows
 */
export function monna(idx: 'own' | number): Rule {
  return nearestTo(
    ({ n, own }) => {
      const position = idx === 'own' ? own : idx
      if (position === undefined) throw garError({ code: 'GAR_NOT_GIVEN', rule: 'monna', what: 'own' })
      if (position >= n)
        throw garError({ code: 'GAR_BAD_GIVEN', what: 'idx', fits: `a position from 0 to ${n - 1}` })
      return rowAt(position, n)
    },
    ({ n, f }) => n - f,
  )
}
