/** From what was gathered to one vector, by a rule, and what is to be reported of it. */
import { radius } from '../gar/spread.ts'
import type { Gathered } from '../mesh/exchange.ts'
import type { Mesh } from '../mesh/mesh.ts'
import { once } from '../util/once.ts'
import type { AgreementReport } from './protocol.ts'
import { fallbackRule } from './resilience.ts'
import { type AgreementRule, type Combine, combineAtOnce } from './rule.ts'

export interface CombineOptions {
  readonly rule: AgreementRule
  readonly f: number
  /** Where rules that move start, [d]. */
  readonly mine: Float32Array
  /** @default at once, on this thread */
  readonly combine?: Combine | undefined
}

export interface Combined {
  readonly vector: Float32Array
  /** Whether too few vectors came in for the rule, and trimmed mean stood in for it. */
  readonly isFallback: boolean
}

/** A promise where the rule is computed elsewhere; the mesh's clock is held meanwhile. */
export function combineGathered(
  mesh: Mesh,
  gathered: Gathered<Float32Array>,
  { rule, f, mine, combine = combineAtOnce }: CombineOptions,
): Combined | Promise<Combined> {
  const vectors = gathered.heard.map(({ value }) => value)
  // docs/PROOFS.md 5: a rule keeps m - f of the m vectors that came in, never n - f.
  const isFallback = vectors.length < rule.minimum(f)
  const result = combine(isFallback ? fallbackRule : rule, vectors, f, given(mesh, gathered, mine))
  if (!(result instanceof Promise)) return { vector: result, isFallback }
  return mesh.clock.hold(result).then((vector) => ({ vector, isFallback }))
}

/**
 * What some rules want besides vectors: which of them is this peer's own, where to start, and chance. It is this peer's own, and
 * drawn now that the vectors are in: liars who knew the groups of bucketing beforehand would choose whom to stand beside. So
 * two that hear the same may come to different results; no protocol here counts on the same ones from a rule that draws.
 */
function given({ self, random }: Mesh, { heard }: Gathered<Float32Array>, mine: Float32Array) {
  const own = heard.findIndex(({ peer }) => peer === self)
  return { own: own < 0 ? undefined : own, start: mine, random }
}

/** What is to be said of one gathering, by a protocol that has no more than one of them in an agreement. */
export function reportOfGathering(
  { heard, missing, refused }: Gathered<Float32Array>,
  { vector, isFallback }: Combined,
  { before, f }: { readonly before: Float32Array; readonly f: number },
): AgreementReport {
  const vectors = heard.map(({ value }) => value)
  const spread = once(() => radius(vector, vectors, Math.max(1, vectors.length - f)))
  return {
    rounds: 1,
    heard: heard.map(({ peer }) => peer),
    missing,
    before,
    after: vector,
    get spreadBefore() {
      return spread()
    },
    spreadAfter: undefined,
    hasShrunk: undefined,
    exchanges: [{ late: missing.length - refused.length, factor: 1 }],
    unprovenRounds: 0,
    fallbackRounds: isFallback ? 1 : 0,
  }
}
