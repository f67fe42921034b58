/** Runs one case through the public tables of rules and attacks. */
import { parseMixer, parseRule } from '../gar/pipeline.ts'
import { rules } from '../gar/rules.ts'
import { CodedError, isCoded } from '../util/coded-error.ts'
import { forgedBy, isAttackCase, zTable } from './attack-case.ts'
import type { Case } from './case.ts'
import type { Combiner } from './combiner.ts'
import { type Answer, isAccepted, plain } from './compare.ts'
import { writtenRule } from './written-rule.ts'

export interface CaseResult {
  readonly id: string
  readonly file: string
  /** Absent where the case does not say: then it has no single expectation. */
  readonly conformance: Case['conformance']
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** Of a failed case: what was computed here, and what was expected or would have been accepted as well. */
  readonly ours?: unknown
  readonly expected?: unknown
  /** Why it was skipped, or what was thrown instead of an answer. */
  readonly reason?: string
}

/** @throws CONFORMANCE_BAD_CASE */
export async function runCase(one: Case, combiner: Combiner): Promise<CaseResult> {
  const { id, file, conformance, expected } = one
  const result = { id, file, conformance }
  if (conformance === undefined) return { ...result, outcome: 'skipped', reason: 'has no single expectation' }
  if (conformance === 'informational')
    return { ...result, outcome: 'skipped', reason: 'shows what an implementation does, not to be matched' }
  try {
    const ours = await answerTo(one, combiner)
    if (isAccepted(one, ours)) return { ...result, outcome: 'passed' }
    return { ...result, outcome: 'failed', ours: plain(ours), expected }
  } catch (error) {
    if (!(error instanceof Error) || isCoded(error, 'CONFORMANCE_BAD_CASE')) throw error
    // What is not offered by that name or with that parameter cannot agree or disagree.
    if (error instanceof CodedError && notOffered.has(error.code))
      return { ...result, outcome: 'skipped', reason: error.message }
    return { ...result, outcome: 'failed', expected, reason: error.message }
  }
}

const notOffered = new Set(['GAR_UNKNOWN_RULE', 'GAR_UNKNOWN_PARAMETER', 'GAR_BAD_VALUE'])

async function answerTo(one: Case, combiner: Combiner): Promise<Answer> {
  if (one.rule === 'alie-z') return zTable(one)
  if (isAttackCase(one)) return forgedBy(one)
  const { text, given, calls } = writtenRule(one)
  const f = one.f ?? 0
  if (rules.get(one.rule)?.kind === 'pre-aggregator')
    return parseMixer(text, combiner.kernels)(one.vectors, f, given)
  const pipeline = parseRule(text)
  let { start } = given
  let result: Float32Array = new Float32Array()
  for (let call = 0; call < calls; call++) {
    result = await combiner.combine(pipeline, one.vectors, f, { ...given, start })
    start = result
  }
  return result
}
