/**
 * The guard of DRACO: which numbers of workers each code admits. What resilience.ts is for LEARN, in the same words; there is
 * nothing outside the proof that could still be run, since without the bound the code does not exist or does not decode.
 */
import type { CodedError } from '../../util/coded-error.ts'
import type { PhaseStanding } from '../resilience.ts'
import { cyclicCode, greatestConditioning } from './cyclic-code.ts'
import { type DracoProblem, dracoError } from './errors.ts'

export const dracoCodes = ['repetition', 'cyclic'] as const
export type DracoCode = (typeof dracoCodes)[number]

export interface DracoPlan {
  /** Workers, without the server. */
  readonly n: number
  /** Declared bound on lying workers; the papers' s. */
  readonly f: number
  readonly code: DracoCode
}

export type DracoAssessment = { readonly sentence: string; readonly phases: readonly PhaseStanding[] } & (
  | { readonly standing: 'proven' }
  | { readonly standing: 'impossible'; readonly error: CodedError<DracoProblem> }
)

export function assessDraco(plan: DracoPlan): DracoAssessment {
  const problem = problemOf(plan)
  const error = problem && dracoError(problem)
  const phases = [phaseOf(plan, error?.message)]
  if (error !== undefined) return { standing: 'impossible', sentence: error.message, error, phases }
  return { standing: 'proven', sentence: `n = ${plan.n} workers, f = ${plan.f}: ${promiseOf(plan)}`, phases }
}

/** @throws what `assessDraco` says where the plan is impossible */
export function requireDraco(plan: DracoPlan): void {
  const problem = problemOf(plan)
  if (problem !== undefined) throw dracoError(problem)
}

function problemOf({ n, f, code }: DracoPlan): DracoProblem | undefined {
  const group = 2 * f + 1
  if (n < group) return { code: 'AGREEMENT_DRACO_TOO_FEW', n, f, needed: group }
  if (code === 'repetition')
    return n % group === 0 ? undefined : { code: 'AGREEMENT_DRACO_UNEVEN', n, f, group }
  const { conditioning } = cyclicCode(n, f)
  if (conditioning <= greatestConditioning) return undefined
  const greatest = greatestConditioning
  return { code: 'AGREEMENT_DRACO_ILL_CONDITIONED', n, f, conditioning, greatest }
}

function promiseOf({ f, code }: DracoPlan): string {
  const exactly = code === 'repetition' ? 'bit for bit' : 'up to the rounding of float64'
  return `each step takes the mean gradient that ${f} lying workers cannot change, ${exactly}, or is refused`
}

/** Models are said by the trusted server alone, so gradients are all there is to judge. */
function phaseOf(plan: DracoPlan, refusal: string | undefined): PhaseStanding {
  const { f, code } = plan
  return {
    phase: 'gradient',
    rule: `${code} code`,
    bound: code === 'repetition' ? 'n = k (2f+1)' : 'n >= 2f+1, well conditioned',
    needed: 2 * f + 1,
    contraction: undefined,
    rounds: () => 1,
    standing: refusal === undefined ? 'proven' : 'refused',
    sentence: refusal ?? promiseOf(plan),
  }
}
