/**
 * The guard: which n each rule and wait policy needs for f and u, and the sentence where it does not suffice.
 *
 * Three answers, for each phase and for the swarm: proven (what the profile claims of it is proven), outside the proof (it
 * runs, and nothing is proven; start it with --outside-proof), impossible (it cannot be run with what comes in). How many
 * come in depends on the policy: a quorum brings exactly n - f vectors, reliable broadcast perhaps no more.
 */
import type { CodedError } from '../util/coded-error.ts'
import { type Contraction, contractionOf, lateOf, type Setting } from './contraction.ts'
import { type AgreementProblem, agreementError } from './errors.ts'
import { claimsContraction, type Form, roundsOf, whatIsProven } from './profile.ts'
import { type AgreementRule, draws, parseAgreementRule } from './rule.ts'

export interface Plan extends Setting, Form {
  readonly rule: AgreementRule
  readonly modelRule: AgreementRule
}

export type Phase = 'gradient' | 'model'

/** What the guard says of one phase. */
export interface PhaseStanding {
  readonly phase: Phase
  readonly rule: string
  /** What n must satisfy for the contraction, or, where none is proven, for the rule to run. */
  readonly bound: string
  /** That bound as a number; Infinity where no n suffices. */
  readonly needed: number
  /** What is proven of one exchange, where something is. */
  readonly contraction: Contraction | undefined
  /** Exchanges of an agreement at step t. */
  readonly rounds: (step: number) => number
  readonly standing: 'proven' | 'runnable' | 'refused'
  readonly sentence: string
}

export type Assessment = { readonly sentence: string; readonly phases: readonly PhaseStanding[] } & (
  | { readonly standing: 'proven' }
  | { readonly standing: 'outside-proof' | 'impossible'; readonly error: CodedError }
)

/** Stands in for a rule where too few vectors came in for it: it runs from 2f+1 vectors. */
export const fallbackRule: AgreementRule = parseAgreementRule('trmean')

/** Vectors without which an exchange does not end: n - f, and never fewer than the fallback needs. */
export function leastVectors({ n, f }: { readonly n: number; readonly f: number }): number {
  return Math.max(n - f, fallbackRule.minimum(f))
}

export function assess(plan: Plan): Assessment {
  // Models first: their bound is the stricter one, so it is the one to name.
  const phases = (['model', 'gradient'] as const).map((phase) => judge(plan, phase))
  const standings = phases.map(({ standing }) => standing).toReversed()
  const problem =
    phases.find(({ problem }) => problem?.code === 'AGREEMENT_IMPOSSIBLE')?.problem ??
    phases.find(({ problem }) => problem !== undefined)?.problem
  if (problem === undefined) {
    const { n, f } = plan
    const sentence = `n = ${n}, f = ${f}, u = ${lateOf(plan)}: ${whatIsProven(plan)}`
    return { standing: 'proven', sentence, phases: standings }
  }
  const error = agreementError(problem)
  const standing = problem.code === 'AGREEMENT_IMPOSSIBLE' ? 'impossible' : 'outside-proof'
  return { standing, sentence: error.message, error, phases: standings }
}

interface Judgement {
  readonly standing: PhaseStanding
  /** Why the swarm should not start, if it should not. */
  readonly problem: AgreementProblem | undefined
}

function judge(plan: Plan, phase: Phase): Judgement {
  const rule = ruleOf(plan, phase)
  const contraction = contractionOf(rule, plan)
  const rounds = roundsOf(plan, plan.rule, plan.modelRule, plan)
  const problem = impossibility(plan, phase) ?? unproven(plan, phase)
  const isProven = contraction !== undefined && plan.n >= contraction.needed
  const standing =
    problem?.code === 'AGREEMENT_IMPOSSIBLE'
      ? 'refused'
      : problem === undefined && (isProven || isTrivial(plan, rule))
        ? 'proven'
        : 'runnable'
  return {
    standing: {
      phase,
      rule: rule.text,
      ...boundOf(plan, phase),
      contraction: isProven ? contraction : undefined,
      rounds: phase === 'gradient' ? rounds.gradient : () => rounds.model,
      standing,
      sentence: problem === undefined ? silence(plan, phase, standing) : agreementError(problem).message,
    },
    problem,
  }
}

/** What is to be said of a phase that keeps nothing from starting. */
function silence(plan: Plan, phase: Phase, standing: PhaseStanding['standing']): string {
  const contraction = contractionOf(ruleOf(plan, phase), plan)
  if (standing !== 'proven') return `the profile ${plan.profile} asks for no contraction of ${phase}s`
  if (contraction === undefined) return 'with f = 0 and u = 0 all members compute the same result'
  return `each exchange leaves at most ${contraction.factor.toFixed(3)} of the honest ${contraction.of} (${contraction.source})`
}

function ruleOf(plan: Plan, phase: Phase): AgreementRule {
  return phase === 'gradient' ? plan.rule : plan.modelRule
}

/** Honest peers that all hear the same vectors compute the same result, whatever the rule, unless it draws. */
function isTrivial(plan: Plan, rule: AgreementRule): boolean {
  return plan.f === 0 && lateOf(plan) === 0 && !draws(rule)
}

/** Vectors that an exchange may not exceed. */
function mostVectors(plan: Plan): number {
  return plan.policy === 'synchronous' ? plan.n : Math.min(plan.n, leastVectors(plan))
}

/** What is proven to be needed, or else what the rule needs from the vectors that come in. */
function boundOf(plan: Plan, phase: Phase): Pick<PhaseStanding, 'bound' | 'needed'> {
  const rule = ruleOf(plan, phase)
  const proven = contractionOf(rule, plan)
  if (proven !== undefined) return { bound: proven.bound, needed: proven.needed }
  if (plan.policy === 'synchronous') return { bound: rule.bound, needed: rule.minimum(plan.f) }
  return { bound: `n - f vectors with ${rule.bound}`, needed: rule.minimum(plan.f) + plan.f }
}

function circumstances(plan: Plan, phase: Phase) {
  const { n, f, policy } = plan
  const { bound, needed } = boundOf(plan, phase)
  return { n, f, u: lateOf(plan), rule: ruleOf(plan, phase).text, phase, policy, bound, needed }
}

/** Not even all the vectors that an exchange may bring suffice for the rule, or the broadcast itself cannot end. */
function impossibility(plan: Plan, phase: Phase): AgreementProblem | undefined {
  const { n, f, policy } = plan
  if (policy === 'reliable' && n < 3 * f + 1)
    return {
      code: 'AGREEMENT_IMPOSSIBLE',
      ...circumstances(plan, phase),
      bound: 'n >= 3f+1',
      needed: 3 * f + 1,
    }
  if (ruleOf(plan, phase).minimum(f) <= mostVectors(plan) && leastVectors(plan) <= n) return undefined
  return { code: 'AGREEMENT_IMPOSSIBLE', ...circumstances(plan, phase) }
}

/** Models must contract wherever they are exchanged; gradients only where LEARN's theorem is claimed. */
function unproven(plan: Plan, phase: Phase): AgreementProblem | undefined {
  const { n, f, profile } = plan
  const byHand = phase === 'gradient' ? plan.rounds : plan.modelRounds
  if (byHand !== undefined) return { code: 'AGREEMENT_ROUNDS_BY_HAND', phase, rounds: byHand }
  if (!claimsContraction(plan, phase))
    return phase === 'model' ? { code: 'AGREEMENT_NO_MODELS', profile } : undefined
  const rule = ruleOf(plan, phase)
  const proven = contractionOf(rule, plan)
  if (proven === undefined)
    return isTrivial(plan, rule) ? undefined : { code: 'AGREEMENT_UNPROVEN_RULE', rule: rule.text, phase, f }
  if (n >= proven.needed) return undefined
  return { code: 'AGREEMENT_OUTSIDE_PROOF', ...circumstances(plan, phase) }
}
