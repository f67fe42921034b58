/**
 * Averaging agreement: honest peers bring their vectors together, and stay near where they were.
 *
 * Assumes: n members, at most f of which lie; each exchange misses at most u honest vectors (mesh/exchange.ts).
 * Guarantees: with the rule's contraction factor rho (contraction.ts), the honest spread after `rounds` exchanges is at
 *   most rho^rounds times the spread before. For trimmed mean each coordinate also stays inside the honest range.
 * How: say mine, gather the others', apply the rule, hold the result, again.
 * Throws AGREEMENT_DIVERGED where this peer's own vector, or what the rule makes of the vectors, is no longer finite.
 * Source: LEARN (El-Mhamdi et al., NeurIPS 2021), averaging agreement; docs/PROOFS.md 2 to 4.
 */
import type { Pipeline } from '../gar/pipeline.ts'
import { radius } from '../gar/spread.ts'
import { f32 } from '../mesh/codec.ts'
import { exchange, type Gathered, type Wait } from '../mesh/exchange.ts'
import type { Mesh, Step } from '../mesh/mesh.ts'
import { allFinite } from '../util/finite.ts'
import { trimmedMeanFactor } from './contraction.ts'
import { agreementError } from './errors.ts'
import type { AgreementReport, Progress } from './protocol.ts'
import { fallbackRule, leastVectors } from './resilience.ts'

export interface AgreementOptions {
  readonly step: Step
  /** The part of the step that this agreement is: its tags are `step/phase/value/hop`. */
  readonly phase: string
  readonly rounds: number
  readonly rule: Pipeline
  readonly f: number
  readonly wait: Wait
  readonly onProgress?: ((progress: Progress) => void) | undefined
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
  const { step, phase, rounds, rule, f, wait, onProgress, signal } = options
  const n = mesh.members.length
  const checkFinite = (vector: Float32Array) => {
    if (!allFinite(vector)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase })
  }
  checkFinite(mine)
  const codec = f32(mine.length)
  const report = {
    rounds,
    before: mine,
    after: mine,
    heard: [mesh.self] as string[],
    missing: [] as readonly string[],
    spreadBefore: 0,
    spreadAfter: 0,
    unprovenRounds: 0,
    fallbackRounds: 0,
    exchangeMs: 0,
    ruleMs: 0,
  }
  for (let hop = 0; hop < rounds; hop++) {
    const began = mesh.clock.now()
    const gathered = await exchange(mesh, { step, phase, kind: 'value', hop }, report.after, {
      codec,
      wait,
      least: leastVectors({ n, f }),
      onWaiting: (waitingFor, stalled) =>
        onProgress?.({ step, phase, doing: 'exchange', waitingFor, stalled }),
      signal,
    })
    const gatheredAt = mesh.clock.now()
    onProgress?.({ step, phase, doing: 'rule', waitingFor: [], stalled: false })
    const vectors = gathered.heard.map(({ value }) => value)
    // docs/PROOFS.md 5: a rule keeps m - f of the m vectors that came in, never n - f.
    const isEnough = rule.minimum(f) <= vectors.length
    report.after = (isEnough ? rule : fallbackRule).aggregate(vectors, f)
    checkFinite(report.after)
    report.ruleMs += mesh.clock.now() - gatheredAt
    report.exchangeMs += gatheredAt - began

    if (!isEnough) report.fallbackRounds += 1
    if (provesNothing(n, f, gathered)) report.unprovenRounds += 1
    report.spreadAfter = radius(report.after, vectors, Math.max(1, vectors.length - f))
    if (hop === 0) report.spreadBefore = report.spreadAfter
    report.heard = gathered.heard.map(({ peer }) => peer)
    report.missing = gathered.missing
  }
  return report
}

/** As if every absent member were honest and late. True where even trimmed mean is then not proven to contract. */
function provesNothing(n: number, f: number, { missing }: Gathered<Float32Array>): boolean {
  return f > 0 && trimmedMeanFactor(n, f, missing.length) >= 1
}
