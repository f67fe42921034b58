/** The rules that agreement knows: those of `gar`, and the trimmed midpoint, which is of use nowhere else. */
import { garError } from '../gar/errors.ts'
import type { Gar } from '../gar/gar.ts'
import { type Pipeline, parseRule } from '../gar/pipeline.ts'
import { trimmedMidpoint } from './trimmed-midpoint.ts'

/**
 * A rule, ready to run: its canonical text, the bound on n and f that it needs, and the function from [n][d] to [d]. What
 * else a pipeline has is for those who compute it elsewhere than here and now, or without the vectors; absent where it can
 * only be computed as it stands.
 */
export type AgreementRule = Pick<Pipeline, 'text' | 'bound' | 'minimum' | 'aggregate'> &
  Partial<Pick<Pipeline, 'prepare' | 'check' | 'plan'>>

/** Whether what it makes of the same vectors depends on chance, which is each member's own (combine-gathered.ts). */
export function draws({ text }: Pick<AgreementRule, 'text'>): boolean {
  return /(^|>)(bucketing|smea-power1)|powerIters=1/.test(text)
}

/** Computes a rule: at once, or on other threads. */
export type Combine = (rule: AgreementRule, ...call: Parameters<Gar>) => Float32Array | Promise<Float32Array>

export const combineAtOnce: Combine = (rule, ...call) => rule.aggregate(...call)

/**
 * Reads `trmean`, `nnm>trmean`, `midpoint`.
 *
 * @throws what `parseRule` throws; GAR_NOT_GIVEN for rules over vectors with holes, because those of an exchange have none
 */
export function parseAgreementRule(text: string): AgreementRule {
  if (text.trim() === trimmedMidpoint.text) return trimmedMidpoint
  const rule = parseRule(text)
  if (rule.takes === 'holes') throw garError({ code: 'GAR_NOT_GIVEN', rule: rule.text, what: 'valid' })
  return rule
}
