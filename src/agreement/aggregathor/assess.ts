/** The guard of AggregaThor: how many workers the rule needs, and what is then proven. */
import { type CodedError, isCoded } from '../../util/coded-error.ts'
import { assessBounds, type Bound } from '../bounds.ts'
import type { Assessment, Plan } from '../resilience.ts'
import type { AgreementRule } from '../rule.ts'
import { dropsVectors, type FillPolicy } from './fill.ts'
import { firstPass } from './first-pass.ts'

const weak = 'the model almost surely comes near a point where the gradient vanishes, as its authors prove'
const strong = `${weak}, and a liar's leeway in a coordinate falls with the square root of their number`

/** What is proven of SGD with these rules, as they stand, where honest gradients are alike. */
const promises: Readonly<Record<string, string>> = {
  krum: weak,
  multikrum: weak,
  bulyan: strong,
  'bulyan-multikrum': strong,
}

/** How gradients travel where chunks may get lost. */
export interface LossyPlan {
  readonly fill: FillPolicy
  /** Chunks of a gradient. */
  readonly chunks: number
}

export function assessAggregathor(
  { n, f, late, policy, rule }: Pick<Plan, 'n' | 'f' | 'late' | 'policy' | 'rule'>,
  lossy?: LossyPlan,
): Assessment {
  const common = { phase: 'gradient', rule: rule.text, has: n } as const
  const bounds: Bound[] = [
    { ...common, bound: rule.bound, needed: rule.minimum(f), isNeededToRun: true },
    {
      ...common,
      bound: `${rule.bound} among those that come, of whom f may be missing and ${late} more late`,
      needed: neededWithMissing(rule, f) + late,
      isNeededToRun: false,
    },
  ]
  const proven = f === 0 && rule.text === 'average' ? weak : promises[rule.text]
  const who =
    lossy !== undefined ? 'workers that lie, are late or lose chunks' : 'workers that lie or are late'
  const first = firstPassOf(rule, n, f)
  const error = isCoded(first) ? first : undefined
  const claim =
    proven === undefined
      ? `no convergence is proven here for ${rule.text}`
      : `with at most f ${who}, ${proven}`
  const isDropping = lossy !== undefined && dropsVectors(lossy.fill, first === 'nothing')
  const promise = isDropping
    ? `${claim}; a gradient is absent where one of its ${lossy.chunks} chunks is lost (fill=stale keeps it)`
    : claim
  const assessment = assessBounds({ n, f, policy, bounds, promise, isProven: proven !== undefined })
  if (error === undefined || assessment.standing === 'impossible') return assessment
  return { ...assessment, standing: 'impossible', sentence: error.message, error }
}

/** Each that is absent is one of the f, so the rule must do with n - s vectors of which f - s lie, for all s up to f. */
function neededWithMissing(rule: AgreementRule, f: number): number {
  return Math.max(...Array.from({ length: f + 1 }, (_, s) => rule.minimum(f - s) + s))
}

/** Or what the rule cannot do with so many vectors, or wants and a server does not have: a vector of its own. */
function firstPassOf(rule: AgreementRule, n: number, f: number): ReturnType<typeof firstPass> | CodedError {
  try {
    return firstPass(rule, n, f)
  } catch (error) {
    if (isCoded(error)) return error
    throw error
  }
}
