/** The rules that agreement knows: those of `gar`, and the trimmed midpoint, which is of use nowhere else. */
import { type Pipeline, parseRule } from '../gar/pipeline.ts'
import { trimmedMidpoint } from './trimmed-midpoint.ts'

/** A rule, ready to run: its canonical text, the bound on n and f that it needs, and the function from [n][d] to [d]. */
export type AgreementRule = Pick<Pipeline, 'text' | 'bound' | 'minimum' | 'aggregate'>

/**
 * Reads `trmean`, `nnm>trmean`, `midpoint`.
 *
 * @throws what `parseRule` throws
 */
export function parseAgreementRule(text: string): AgreementRule {
  return text.trim() === trimmedMidpoint.text ? trimmedMidpoint : parseRule(text)
}
