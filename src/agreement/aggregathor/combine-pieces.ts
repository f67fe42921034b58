/**
 * From what the workers said to one vector, by the swarm's rule.
 *
 * Whoever is absent counts as one of the f, as in the authors' code, where an absent vector is infinitely far from all. So
 * of m that are there at most f - (n - m) lie, and the rule is told of as many liars as it can do with among m, up to f:
 * never fewer than that, since n >= a f + b with a >= 1 leaves m >= a (f - (n - m)) + b. Where fewer than n - f are there,
 * more are absent than may lie, nothing is known of the rest, and the coordinates stay as they are.
 */
import type { Mesh } from '../../mesh/mesh.ts'
import { combineGathered } from '../combine-gathered.ts'
import { fallbackRule } from '../resilience.ts'
import type { AgreementRule, Combine } from '../rule.ts'
import type { Piece } from './fill.ts'

export interface CombineOptions {
  readonly rule: AgreementRule
  readonly n: number
  readonly f: number
  /** Where rules that move start, [d]. */
  readonly start: Float32Array
  readonly combine?: Combine | undefined
}

export interface Direction {
  /** [d]; 0 where too few values came. */
  readonly vector: Float32Array
  /** Whether in some piece too few came for the rule whatever f is, and trimmed mean stood in for it. */
  readonly isFallback: boolean
}

/** Undefined where too few came everywhere. */
export async function combinePieces(
  mesh: Mesh,
  pieces: readonly Piece[],
  { rule, n, f, start, combine }: CombineOptions,
): Promise<Direction | undefined> {
  const usable = pieces.filter(({ heard }) => heard.length >= Math.max(1, n - f))
  if (usable.length === 0) return undefined
  const vector = new Float32Array(start.length)
  let isFallback = false
  for (const { from, to, heard } of usable) {
    const piece = await combineGathered(
      mesh,
      { heard, missing: [], refused: [] },
      {
        rule,
        f: liarsAmong(heard.length, rule, f),
        mine: start.subarray(from, to),
        combine,
      },
    )
    vector.set(piece.vector, from)
    isFallback ||= piece.isFallback
  }
  return { vector, isFallback }
}

/** As many liars as the rule, or what stands in for it, withstands among `count` vectors: up to f. */
export function liarsAmong(count: number, rule: AgreementRule, f: number): number {
  const withstands = ({ minimum }: Pick<AgreementRule, 'minimum'>) => {
    let liars = f
    while (liars >= 0 && minimum(liars) > count) liars--
    return liars
  }
  const byRule = withstands(rule)
  return byRule >= 0 ? byRule : withstands(fallbackRule)
}
