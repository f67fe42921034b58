/** The guard of two-server aggregation, in the words of resilience.ts: which workers, rules and numbers it admits. */
import { type CodedError, isCoded } from '../../util/coded-error.ts'
import { type AgreementProblem, agreementError } from '../errors.ts'
import type { PhaseStanding } from '../resilience.ts'
import type { AgreementRule } from '../rule.ts'
import { type TwoServerProblem, twoServerError } from './errors.ts'
import { defaultFixedPoint, type FixedPoint, rangeOf } from './range.ts'
import { type SelectingRule, selectingRule, selectionOf } from './selection.ts'

export interface TwoServerPlan {
  /** Workers. */
  readonly n: number
  /** Declared bound on workers that lie or are late. */
  readonly f: number
  readonly rule: AgreementRule
  readonly dimension: number
  /** @default defaultFixedPoint */
  readonly fixedPoint?: FixedPoint
  /** @default true */
  readonly checksRange?: boolean
}

export type TwoServerAssessment = {
  readonly sentence: string
  readonly phases: readonly PhaseStanding[]
} & (
  | { readonly standing: 'proven' }
  | {
      readonly standing: 'outside-proof' | 'impossible'
      readonly error: CodedError<AgreementProblem> | CodedError<TwoServerProblem>
    }
)

export function assessTwoServer(plan: TwoServerPlan): TwoServerAssessment {
  const { rule, f } = plan
  const error = problemOf(plan)
  const isRefused = error !== undefined && error.code !== 'AGREEMENT_TWO_SERVER_UNCHECKED'
  const sentence = error?.message ?? promiseOf(plan)
  const phase: PhaseStanding = {
    phase: 'gradient',
    rule: rule.text,
    bound: rule.bound,
    needed: neededFor(rule, f),
    contraction: undefined,
    rounds: () => 1,
    standing: isRefused ? 'refused' : error === undefined ? 'proven' : 'runnable',
    sentence,
  }
  if (error === undefined) return { standing: 'proven', sentence, phases: [phase] }
  return { standing: isRefused ? 'impossible' : 'outside-proof', sentence, error, phases: [phase] }
}

function promiseOf(plan: TwoServerPlan): string {
  const rounding = 2 ** -(plan.fixedPoint ?? defaultFixedPoint).fractionBits
  return (
    `n = ${plan.n} workers, f = ${plan.f}: each step takes what ${plan.rule.text} makes of the workers' vectors, to ${rounding.toExponential(0)} a coordinate, ` +
    'and no server or dealer that keeps its view to itself learns more than docs/protocols/two-server.md says'
  )
}

function problemOf(
  plan: TwoServerPlan,
): CodedError<AgreementProblem> | CodedError<TwoServerProblem> | undefined {
  const { n, f, dimension, fixedPoint = defaultFixedPoint, checksRange = true } = plan
  try {
    rangeOf(fixedPoint, dimension)
    const rule = selectingRule(plan.rule)
    const needed = neededFor(rule, f)
    if (n < needed)
      return agreementError({
        code: 'AGREEMENT_IMPOSSIBLE',
        ...{ n, f, u: 0, rule: rule.text, phase: 'gradient', policy: 'synchronous' },
        ...{ bound: plan.rule.bound, needed },
      })
    tryRule(rule, n, f)
    return checksRange || f === 0
      ? undefined
      : twoServerError({ code: 'AGREEMENT_TWO_SERVER_UNCHECKED', n, f })
  } catch (error) {
    if (isTwoServerError(error)) return error
    throw error
  }
}

/**
 * Workers without which the rule could not run some day: each that is absent is one of the f, so it must run with n - s
 * vectors of which f - s lie, for all s up to f.
 */
function neededFor(rule: Pick<AgreementRule, 'minimum'>, f: number): number {
  return Math.max(...Array.from({ length: f + 1 }, (_, s) => rule.minimum(f - s) + s))
}

/** Runs the rule on the distances of points on a line: what it asks for does not depend on where they are. */
function tryRule(rule: SelectingRule, n: number, f: number): void {
  const distances = Float64Array.from({ length: n * n }, (_, at) => (Math.floor(at / n) - (at % n)) ** 2)
  rule.check(
    Array.from({ length: n }, () => ({ length: 1 })),
    f,
  )
  selectionOf(distances, { rule, f })
}

function isTwoServerError(error: unknown): error is CodedError<TwoServerProblem> {
  return isCoded(error) && error.code.startsWith('AGREEMENT_TWO_SERVER_')
}
