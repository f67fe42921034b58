/**
 * Which n each rule and wait policy needs for f and u, and the sentence where it does not suffice.
 *
 * Three answers: `proven` (what the profile claims is proven for this swarm), `outside-proof` (it runs, and nothing is
 * proven; start it with --outside-proof), `impossible` (the rule cannot be computed from what comes in).
 */
import { type Pipeline, parseRule } from '../gar/pipeline.ts'
import type { CodedError } from '../util/coded-error.ts'
import { contractionOf, lateOf, type Setting } from './contraction.ts'
import { type AgreementProblem, agreementError } from './errors.ts'
import { type Profile, whatIsProven } from './profile.ts'

export interface Plan extends Setting {
  readonly rule: Pipeline
  readonly modelRule: Pipeline
  readonly profile: Profile
}

export type Assessment =
  | { readonly standing: 'proven'; readonly sentence: string }
  | {
      readonly standing: 'outside-proof' | 'impossible'
      readonly sentence: string
      readonly error: CodedError<AgreementProblem>
    }

/** Stands in for a rule where too few vectors came in for it: it runs from 2f+1 vectors. */
export const fallbackRule: Pipeline = parseRule('trmean')

/** Vectors without which an exchange does not end: n - f, and never fewer than the fallback needs. */
export function leastVectors({ n, f }: { readonly n: number; readonly f: number }): number {
  return Math.max(n - f, fallbackRule.minimum(f))
}

export function assess(plan: Plan): Assessment {
  const problem = impossibility(plan) ?? unproven(plan)
  if (problem === undefined) {
    const { n, f } = plan
    return {
      standing: 'proven',
      sentence: `n = ${n}, f = ${f}, u = ${lateOf(plan)}: ${whatIsProven[plan.profile]}`,
    }
  }
  const error = agreementError(problem)
  const standing = problem.code === 'AGREEMENT_IMPOSSIBLE' ? 'impossible' : 'outside-proof'
  return { standing, sentence: error.message, error }
}

/** Models first: their bound is the stricter one, so it is the one to name. */
const phases = ['model', 'gradient'] as const
type Phase = (typeof phases)[number]

function ruleOf(plan: Plan, phase: Phase): Pipeline {
  return phase === 'gradient' ? plan.rule : plan.modelRule
}

function circumstances(plan: Plan, phase: Phase) {
  const { n, f, policy } = plan
  return { n, f, u: lateOf(plan), rule: ruleOf(plan, phase).text, phase, policy }
}

/** Not even all the vectors that an exchange may bring suffice for the rule. */
function impossibility(plan: Plan): AgreementProblem | undefined {
  const { n, f, policy } = plan
  for (const phase of phases) {
    const rule = ruleOf(plan, phase)
    const atMost = policy === 'quorum' ? Math.min(n, leastVectors(plan)) : n
    if (rule.minimum(f) <= atMost && leastVectors(plan) <= n) continue
    const proven = contractionOf(rule, plan)
    const bound = proven?.bound ?? (policy === 'quorum' ? `n - f vectors with ${rule.bound}` : rule.bound)
    const needed = proven?.needed ?? rule.minimum(f) + (policy === 'quorum' ? f : 0)
    return { code: 'AGREEMENT_IMPOSSIBLE', ...circumstances(plan, phase), bound, needed }
  }
  return undefined
}

/** Models must contract under every profile; gradients only where LEARN's theorem is claimed. */
function unproven(plan: Plan): AgreementProblem | undefined {
  const { n, f, profile } = plan
  for (const phase of profile === 'proven' ? phases : (['model'] as const)) {
    const rule = ruleOf(plan, phase)
    const proven = contractionOf(rule, plan)
    if (proven === undefined) {
      // Honest peers that all hear the same vectors compute the same result, whatever the rule.
      if (f === 0 && lateOf(plan) === 0) continue
      return { code: 'AGREEMENT_UNPROVEN_RULE', rule: rule.text, phase, f }
    }
    if (n >= proven.needed) continue
    const { bound, needed } = proven
    return { code: 'AGREEMENT_OUTSIDE_PROOF', ...circumstances(plan, phase), bound, needed }
  }
  return undefined
}
