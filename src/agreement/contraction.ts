/**
 * By how much one exchange brings honest peers together, in the worst case: the closed forms that docs/PROOFS.md
 * proves. They decide how many members a swarm needs and how many exchanges a halving takes.
 */
import type { Pipeline } from '../gar/pipeline.ts'

export interface Setting {
  /** Members. */
  readonly n: number
  /** Declared bound on the members that lie. */
  readonly f: number
  /** u: declared bound on the honest vectors that may be missing at a peer in one exchange. */
  readonly late: number
  readonly policy: 'synchronous' | 'quorum'
}

export interface Contraction {
  /** Least n, in words and as a number. */
  readonly bound: string
  readonly needed: number
  /** rho: the honest spread after one exchange is at most rho times the spread before. Below 1 where n suffices. */
  readonly factor: number
  /** What rho speaks of: the range of each coordinate, or the largest L2 distance between honest peers. */
  readonly of: 'coordinate range' | 'diameter'
}

/** The number of honest vectors that may be missing: under `quorum` anyone may be late, so it is f whatever is declared. */
export function lateOf({ f, late, policy }: Setting): number {
  return policy === 'quorum' ? Math.max(f, late) : late
}

/** k(u) = (f + u) / (n - 2f - u), at most 1: trimmed mean's exact factor where u honest vectors are missing (docs/PROOFS.md 2). */
export function trimmedMeanFactor(n: number, f: number, u: number): number {
  const kept = n - 2 * f - u
  return kept <= 0 ? 1 : Math.min(1, (f + u) / kept)
}

/** What is proven of one exchange of `rule`, or undefined where nothing is. */
export function contractionOf(rule: Pipeline, setting: Setting): Contraction | undefined {
  const { n, f } = setting
  const u = lateOf(setting)
  // With nobody to trim, plain averaging is the trimmed mean.
  const isTrimmedMean = rule.text === 'trmean' || (rule.text === 'average' && f === 0)
  if (isTrimmedMean) {
    const bound = setting.policy === 'quorum' && u === f ? 'n >= 5f+1' : 'n >= 3f+2u+1'
    return { bound, needed: 3 * f + 2 * u + 1, factor: trimmedMeanFactor(n, f, u), of: 'coordinate range' }
  }
  if (rule.text !== 'mda') return undefined
  if (u === 0) return { bound: 'n >= 4f+1', needed: 4 * f + 1, factor: capped(3 * f, n - f), of: 'diameter' }
  return { bound: 'n >= 6f+1', needed: 6 * f + 1, factor: capped(4 * f, n - 2 * f), of: 'diameter' }
}

/**
 * Exchanges after which the honest L2 diameter is at most 2^-halvings of what it was.
 * A factor per coordinate costs sqrt(h - 1) more when it is turned into one for the diameter (docs/PROOFS.md 4), h = n - f.
 */
export function roundsFor(halvings: number, { factor, of }: Contraction, { n, f }: Setting): number {
  if (halvings === 0) return 0
  if (factor === 0) return 1
  const detour = of === 'coordinate range' ? 0.5 * Math.log(Math.max(1, n - f - 1)) : 0
  // Rounding must not turn an exact quotient into one exchange more.
  return Math.ceil((halvings * Math.LN2 + detour) / -Math.log(factor) - 1e-9)
}

function capped(numerator: number, denominator: number): number {
  return denominator <= 0 ? 1 : Math.min(1, numerator / denominator)
}
