/**
 * The guard of a protocol whose bounds are a list: n and f as they are, what each bound asks for, and the first that fails.
 * LEARN has a guard of its own (resilience.ts), which knows contraction.
 */
import type { CodedError } from '../util/coded-error.ts'
import { type AgreementProblem, agreementError } from './errors.ts'
import type { Assessment, Phase, PhaseStanding } from './resilience.ts'

/** One condition on numbers of members. */
export interface Bound {
  readonly phase: Phase
  /** What it is about: the rule, or the part of the protocol. */
  readonly rule: string
  /** In words: `n >= 2f+3`, `servers >= 3 f_s + 2`. */
  readonly bound: string
  /** What it comes to, and what there is. Satisfied where `has >= needed`. */
  readonly needed: number
  readonly has: number
  /** Whether the protocol cannot be run at all without it; otherwise it runs, outside the proof. */
  readonly isNeededToRun: boolean
}

export interface Bounds {
  readonly n: number
  readonly f: number
  readonly policy: string
  /** At least one. */
  readonly bounds: readonly Bound[]
  /** Where all of them hold: what is then promised, in a sentence. */
  readonly promise: string
  /** Whether what is promised is proven; otherwise the protocol runs, and says that it is outside a proof. @default true */
  readonly isProven?: boolean
}

export function assessBounds({ n, f, policy, bounds, promise, isProven = true }: Bounds): Assessment {
  const failing = bounds.filter(({ needed, has }) => has < needed)
  const worst = failing.find(({ isNeededToRun }) => isNeededToRun) ?? failing[0]
  const phases = bounds.map((bound) => standingOf(bound, { n, f, policy, promise, isProven }))
  const sentence = `n = ${n}, f = ${f}: ${promise}`
  if (worst !== undefined) {
    const error = errorOf(worst, { n, f, policy })
    return {
      standing: worst.isNeededToRun ? 'impossible' : 'outside-proof',
      sentence: error.message,
      error,
      phases,
    }
  }
  if (isProven) return { standing: 'proven', sentence, phases }
  const error = agreementError({ code: 'AGREEMENT_NOTHING_PROVEN', n, f, promise })
  return { standing: 'outside-proof', sentence: error.message, error, phases }
}

function standingOf(
  bound: Bound,
  { n, f, policy, promise, isProven }: Omit<Bounds, 'bounds'>,
): PhaseStanding {
  const { phase, rule, needed, has, isNeededToRun } = bound
  const holds = has >= needed
  return {
    phase,
    rule,
    bound: bound.bound,
    needed,
    contraction: undefined,
    rounds: () => 1,
    standing: holds ? (isProven ? 'proven' : 'runnable') : isNeededToRun ? 'refused' : 'runnable',
    sentence: holds ? promise : errorOf(bound, { n, f, policy }).message,
  }
}

function errorOf(
  { phase, rule, bound, needed, isNeededToRun }: Bound,
  { n, f, policy }: Pick<Bounds, 'n' | 'f' | 'policy'>,
): CodedError<AgreementProblem> {
  const code = isNeededToRun ? 'AGREEMENT_IMPOSSIBLE' : 'AGREEMENT_OUTSIDE_PROOF'
  return agreementError({ code, n, f, u: 0, rule, phase, policy, bound, needed })
}
