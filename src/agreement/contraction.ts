/**
 * By how much one exchange brings honest peers together, in the worst case: the closed forms that docs/PROOFS.md
 * proves. They decide how many members a swarm needs and how many exchanges a halving takes.
 */
import type { AgreementRule } from './rule.ts'

/**
 * Whom an exchange waits for. `synchronous`: all, until a deadline. `quorum`: the first n - f. `reliable`: n - f witnesses,
 * over reliable broadcast (witness.ts).
 */
export type Policy = 'synchronous' | 'quorum' | 'reliable'

export interface Setting {
  /** Members. */
  readonly n: number
  /** Declared bound on the members that lie. */
  readonly f: number
  /** u: declared bound on the honest vectors that may be missing at a peer in one exchange. */
  readonly late: number
  readonly policy: Policy
}

export interface Contraction {
  /** Least n, in words and as a number. */
  readonly bound: string
  readonly needed: number
  /** rho: the honest spread after one exchange is at most rho times the spread before. Below 1 where n suffices. */
  readonly factor: number
  /** What rho speaks of: the range of each coordinate, or the largest L2 distance between honest peers. */
  readonly of: 'coordinate range' | 'diameter'
  /** Where it is proven. */
  readonly source: string
}

/**
 * The number of honest vectors whose absence counts. Under `quorum` anyone may be late, so it is f whatever is declared;
 * under `reliable` it is 0, because what two members lack leaves them n - f vectors that both have.
 */
export function lateOf({ f, late, policy }: Setting): number {
  if (policy === 'reliable') return 0
  return policy === 'quorum' ? Math.max(f, late) : late
}

/** k(u) = (f + u) / (n - 2f - u), at most 1: trimmed mean's exact factor where u honest vectors are missing (docs/PROOFS.md 2). */
export function trimmedMeanFactor(n: number, f: number, u: number): number {
  return capped(f + u, n - 2 * f - u)
}

/** What is proven of one exchange of `rule`, or undefined where nothing is. */
export function contractionOf(
  { text }: Pick<AgreementRule, 'text'>,
  setting: Setting,
): Contraction | undefined {
  const { f } = setting
  // With nobody to trim, plain averaging is the trimmed mean.
  if (text === 'trmean' || (text === 'average' && f === 0)) return ofTrimmedMean(setting)
  if (text === 'midpoint') return ofMidpoint(setting)
  return text === 'mda' ? ofMda(setting) : undefined
}

function ofTrimmedMean(setting: Setting): Contraction {
  const { n, f, policy } = setting
  const u = lateOf(setting)
  return {
    ...trimming(setting),
    factor: trimmedMeanFactor(n, f, u),
    source: policy === 'reliable' ? 'docs/PROOFS.md 10' : 'docs/PROOFS.md 2',
  }
}

function ofMidpoint(setting: Setting): Contraction {
  const common = trimming(setting)
  const isExact = setting.f + lateOf(setting) === 0
  const factor = setting.n < common.needed ? 1 : isExact ? 0 : 1 / 2
  return { ...common, factor, source: 'docs/PROOFS.md 11' }
}

/** What both rules that trim each coordinate need. */
function trimming(setting: Setting) {
  const { f, policy } = setting
  const u = lateOf(setting)
  const bound =
    policy === 'reliable' ? 'n >= 3f+1' : policy === 'quorum' && u === f ? 'n >= 5f+1' : 'n >= 3f+2u+1'
  return { bound, needed: 3 * f + 2 * u + 1, of: 'coordinate range' } as const
}

function ofMda(setting: Setting): Contraction {
  const { n, f, policy } = setting
  const proven = { of: 'diameter', source: 'docs/PROOFS.md 3' } as const
  if (policy === 'synchronous' && lateOf(setting) === 0)
    return { ...proven, bound: 'n >= 4f+1', needed: 4 * f + 1, factor: capped(3 * f, n - f) }
  return { ...proven, bound: 'n >= 6f+1', needed: 6 * f + 1, factor: capped(4 * f, n - 2 * f) }
}

/**
 * Exchanges after which the honest L2 diameter is at most 2^-halvings of what it was.
 * A factor per coordinate costs sqrt(h - 1) more when it is turned into one for the diameter (docs/PROOFS.md 4), h = n - f.
 */
export function roundsFor(
  halvings: number,
  { factor, of }: Pick<Contraction, 'factor' | 'of'>,
  { n, f }: Pick<Setting, 'n' | 'f'>,
): number {
  if (halvings === 0) return 0
  if (factor === 0) return 1
  const detour = of === 'coordinate range' ? 0.5 * Math.log(Math.max(1, n - f - 1)) : 0
  // Rounding must not turn an exact quotient into one exchange more.
  return Math.ceil((halvings * Math.LN2 + detour) / -Math.log(factor) - 1e-9)
}

function capped(numerator: number, denominator: number): number {
  return denominator <= 0 ? 1 : Math.min(1, numerator / denominator)
}
