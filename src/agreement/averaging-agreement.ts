/**
 * Averaging agreement: honest peers bring their vectors together, and stay near where they were.
 *
 * Assumes: n members, at most f of which lie; each exchange misses at most u honest vectors (mesh/exchange.ts), or is one
 *   over reliable broadcast (witness.ts), where that does not matter.
 * Guarantees: with the rule's contraction factor rho (contraction.ts), the honest spread after `rounds` exchanges is at
 *   most rho^rounds times the spread before. For rules that trim, each coordinate also stays inside the honest range.
 * How: say mine, gather the others', apply the rule, hold the result, again.
 * Throws AGREEMENT_DIVERGED where this peer's own vector, or what the rule makes of the vectors, is no longer finite.
 * Source: LEARN (El-Mhamdi et al., NeurIPS 2021), averaging agreement by MDA and by RB-TM; docs/PROOFS.md 2 to 4, 10, 11.
 */
import { radius } from '../gar/spread.ts'
import { f32 } from '../mesh/codec.ts'
import { type ExchangeOptions, exchange, type Gathered, type Wait } from '../mesh/exchange.ts'
import type { Mesh, Step } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import { allFinite } from '../util/finite.ts'
import { once } from '../util/once.ts'
import { combineGathered } from './combine-gathered.ts'
import { trimmedMeanFactor } from './contraction.ts'
import { agreementError } from './errors.ts'
import { isSettled } from './is-settled.ts'
import type { AgreementReport, ExchangeReport, Progress } from './protocol.ts'
import { leastVectors } from './resilience.ts'
import { type AgreementRule, type Combine, combineAtOnce } from './rule.ts'
import { witnessedExchange } from './witness.ts'

/** As an exchange waits, or over reliable broadcast. */
export type AgreementWait = Wait | { readonly policy: 'reliable' }

export interface AgreementOptions {
  readonly step: Step
  /** The part of the step that this agreement is: its tags are `step/phase/value/hop`. */
  readonly phase: string
  readonly rounds: number
  readonly rule: AgreementRule
  readonly f: number
  readonly wait: AgreementWait
  /** @default at once, on this thread */
  readonly combine?: Combine | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Under `reliable`: ends what this peer does for slower ones after it has its own result. @default signal */
  readonly helping?: AbortSignal
  readonly signal: AbortSignal
}

export interface Agreed extends AgreementReport {
  /** Time spent in exchanges and in the rule, by the mesh's clock. */
  readonly exchangeMs: number
  readonly ruleMs: number
}

export async function averagingAgreement(
  mesh: Mesh,
  mine: Float32Array,
  options: AgreementOptions,
): Promise<Agreed> {
  const { step, phase, rounds, rule, f, wait, combine = combineAtOnce, onProgress } = options
  const n = mesh.members.length
  const checkFinite = (vector: Float32Array) => {
    if (!allFinite(vector)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase })
  }
  checkFinite(mine)
  const report = {
    rounds,
    before: mine,
    after: mine,
    heard: [mesh.self] as string[],
    missing: [] as readonly string[],
    exchanges: [] as ExchangeReport[],
    fallbackRounds: 0,
    exchangeMs: 0,
    ruleMs: 0,
  }
  /** Of the vectors that came into the first exchange, and into the last. */
  const spread = { before: () => 0, after: () => 0 }
  for (let hop = 0; hop < rounds; hop++) {
    const began = mesh.clock.now()
    const gathered = await gather(mesh, { step, phase, kind: 'value', hop }, report.after, options)
    const gatheredAt = mesh.clock.now()
    onProgress?.({ step, phase, doing: 'rule', waitingFor: [], stalled: false })
    const vectors = gathered.heard.map(({ value }) => value)
    const combined = combineGathered(mesh, gathered, { rule, f, mine: report.after, combine })
    const { vector, isFallback } = combined instanceof Promise ? await combined : combined
    report.after = vector
    checkFinite(report.after)
    report.ruleMs += mesh.clock.now() - gatheredAt
    report.exchangeMs += gatheredAt - began

    if (isFallback) report.fallbackRounds += 1
    report.exchanges.push(whatItProves(n, f, wait, gathered))
    const center = report.after
    spread.after = once(() => radius(center, vectors, Math.max(1, vectors.length - f)))
    if (hop === 0) spread.before = spread.after
    report.heard = gathered.heard.map(({ peer }) => peer)
    report.missing = gathered.missing
  }
  const agreed: Agreed = {
    ...report,
    get spreadBefore() {
      return spread.before()
    },
    get spreadAfter() {
      return rounds < 2 ? undefined : spread.after()
    },
    get hasShrunk() {
      const { spreadBefore, spreadAfter } = agreed
      if (spreadAfter === undefined) return undefined
      return spreadAfter < spreadBefore || isSettled(spreadBefore, report.after)
    },
    unprovenRounds: report.exchanges.filter(({ factor }) => f > 0 && factor >= 1).length,
  }
  return agreed
}

/** Says `mine` and gathers the others', as the policy has it. */
function gather(
  mesh: Mesh,
  tag: Tag,
  mine: Float32Array,
  { f, wait, onProgress, signal, helping = signal }: AgreementOptions,
): Promise<Gathered<Float32Array>> {
  const { step, phase } = tag
  // Left out where nobody listens: to name who is waited for costs O(n) a delivery.
  const onWaiting: ExchangeOptions<Float32Array>['onWaiting'] =
    onProgress &&
    ((waitingFor, stalled) => onProgress({ step, phase, doing: 'exchange', waitingFor, stalled }))
  const common = { codec: f32(mine.length), ...(onWaiting && { onWaiting }), signal }
  if (wait.policy === 'reliable') return witnessedExchange(mesh, tag, mine, { ...common, f, helping })
  return exchange(mesh, tag, mine, { ...common, wait, least: leastVectors({ n: mesh.members.length, f }) })
}

/**
 * As if every absent member were honest and late, unless what it said was refused: then it lies, and is one of the f.
 * Over reliable broadcast absence does no harm.
 */
function whatItProves(
  n: number,
  f: number,
  { policy }: AgreementWait,
  { missing, refused }: Gathered<Float32Array>,
): ExchangeReport {
  const late = policy === 'reliable' ? 0 : missing.length - refused.length
  return { late, factor: trimmedMeanFactor(n, f, late) }
}
