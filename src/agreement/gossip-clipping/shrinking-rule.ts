/** Shrunk gossip in the form of a rule, so that it runs where rules run: one pass for distances, one for the weighted sum. O(m d). */
import { garError } from '../../gar/errors.ts'
import { rowAt } from '../../gar/nearest-to.ts'
import { ownRule } from '../../gar/own-rule.ts'
import type { AgreementRule } from '../rule.ts'
import type { Seen, Shrink } from './shrinking.ts'

/**
 * From the models of a neighbourhood to one, around one's own.
 *
 * @param known the weight of each row, one's own among them, and how much of it may be liars'
 */
export function shrinkingRule(
  name: string,
  shrink: Shrink,
  { weights, liarWeight }: Pick<Seen, 'weights' | 'liarWeight'>,
): AgreementRule {
  return ownRule({
    name,
    needs: { slope: 0, offset: 1 },
    *run({ n, own }) {
      if (own === undefined) throw garError({ code: 'GAR_NOT_GIVEN', rule: name, what: 'own' })
      const squared = yield { kind: 'squared-distances-to', point: rowAt(own, n) }
      const factors = shrink({ weights, distances: squared.map(Math.sqrt), liarWeight })
      const taken = weights.map((weight, j) => (j === own ? 0 : weight * (factors[j] as number)))
      taken[own] = 1 - taken.reduce((sum, weight) => sum + weight, 0)
      return { kind: 'weighted', weights: taken }
    },
  })
}
