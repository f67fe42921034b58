import { seededRandom } from '../../util/prng.ts'
import type { AgreementRule } from '../rule.ts'
import { trimmedMidpoint } from '../trimmed-midpoint.ts'

/**
 * What a rule asks about its vectors before it knows any: sums over coordinates, or nothing, and then what it makes of a
 * coordinate depends on nothing but the values there.
 *
 * @throws what the rule throws where it cannot do with n vectors of which f lie, or lacks something that a server does not have
 */
export function firstPass(rule: AgreementRule, n: number, f: number): 'sums' | 'nothing' {
  if (rule.prepare === undefined) return rule.text === trimmedMidpoint.text ? 'nothing' : 'sums'
  const vectors = Array.from({ length: n }, () => new Float32Array(1))
  const { plan } = rule.prepare(vectors, f, { start: new Float32Array(1), random: seededRandom(0) })
  return plan.next().done === true ? 'nothing' : 'sums'
}
