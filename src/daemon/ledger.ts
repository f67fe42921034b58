/** The ledger: what the daemon knows of its run, kept for status, progress line and report. */
import type { AgreementReport, Progress, StepReport } from '../agreement/protocol.ts'
import type { Member, PeerId, Step } from '../mesh/mesh.ts'
import type { Evaluation } from '../model/learner.ts'
import type { ComplaintCount } from './complaints.ts'
import type { Quorum } from './quorum.ts'
import type { DaemonStatus } from './status.ts'

/** What does not change during a run. */
export type Facts = Pick<DaemonStatus, 'peer' | 'swarm' | 'standing' | 'outsideProof' | 'attack'>

/** What the ledger asks for when it is read. */
export interface Gauges {
  readonly addresses: () => readonly string[]
  readonly bytes: () => { readonly bytesIn: number; readonly bytesOut: number }
  readonly faults: () => readonly ComplaintCount[]
}

interface MemberRecord {
  readonly role: string
  lastHeardStep: Step
  missed: number
}

export class Ledger {
  readonly #facts: Facts
  readonly #gauges: Gauges
  readonly #members = new Map<PeerId, MemberRecord>()
  readonly #times = { compute: 0, network: 0, rule: 0, waiting: 0 }
  #phase: DaemonStatus['phase'] = 'admission'
  #doing = 'waiting for members'
  #waitingFor: readonly PeerId[] = []
  #stalled = false
  #present: ReadonlySet<PeerId> = new Set()
  #quorum: Quorum | undefined
  #backend: string | undefined
  #datagrams: () => DaemonStatus['datagrams'] = () => undefined
  #last: StepReport | undefined
  #evaluation: DaemonStatus['evaluation']
  #unprovenRounds = 0
  #fallbackRounds = 0
  #refusedSteps = 0
  #measuredAgreements = 0
  #unshrunkAgreements = 0

  constructor(facts: Facts, gauges: Gauges) {
    this.#facts = facts
    this.#gauges = gauges
  }

  /** The last step that is complete; 0 before the first. */
  get step(): Step {
    return this.#last?.step ?? 0
  }

  /** What the roster gives this peer; empty before there is one. */
  get role(): string {
    return this.#members.get(this.#facts.peer)?.role ?? ''
  }

  get isStalled(): boolean {
    return this.#stalled
  }

  enter(phase: DaemonStatus['phase'], doing: string): void {
    this.#phase = phase
    this.#doing = doing
    this.#waitingFor = []
    this.#stalled = false
    this.#lookForQuorum()
  }

  isGathering(present: number): void {
    const { n, servers } = this.#facts.swarm
    this.#doing = `waiting for members: ${present} of ${n + servers.length} are here`
  }

  knowMembers(members: Iterable<Member>): void {
    for (const { peer, role } of members) this.#members.set(peer, { role, lastHeardStep: 0, missed: 0 })
  }

  knowBackend(backend: string): void {
    this.#backend = backend
  }

  /** Asked whenever the ledger is read. */
  knowDatagrams(read: () => DaemonStatus['datagrams']): void {
    this.#datagrams = read
  }

  /** Told who is here for as long as this peer learns: before, members are still coming, and afterwards they leave. */
  watchQuorum(quorum: Quorum): void {
    this.#quorum = quorum
  }

  isPresent(peers: ReadonlySet<PeerId>): void {
    this.#present = peers
    this.#lookForQuorum()
  }

  isWaitingFor(peers: readonly PeerId[]): void {
    this.#waitingFor = peers
  }

  progress({ doing, phase, waitingFor, stalled }: Progress): void {
    const many = phase.endsWith('s') ? phase : `${phase}s`
    this.#doing = { compute: 'computing', exchange: `exchanging ${many}`, rule: `combining ${many}` }[doing]
    this.#waitingFor = waitingFor
    this.#stalled = stalled
  }

  /** Books a complete step; `transferMs` is the time during which bytes were under way in it. */
  complete(report: StepReport, transferMs: number): void {
    this.#last = report
    const { computeMs, exchangeMs, ruleMs } = report.times
    const networkMs = Math.min(exchangeMs, transferMs)
    this.#times.compute += computeMs
    this.#times.network += networkMs
    this.#times.rule += ruleMs
    this.#times.waiting += exchangeMs - networkMs
    if (report.refusal !== undefined) this.#refusedSteps += 1
    for (const agreement of [report.gradient, report.model])
      if (agreement !== undefined) this.#agree(report.step, agreement)
    this.#attend(report.step, report)
  }

  measured(step: Step, { accuracy, loss, samples }: Evaluation): void {
    this.#evaluation = { step, accuracy, loss: Number.isFinite(loss) ? loss : null, samples }
  }

  status(): DaemonStatus {
    const { gradient, model } = this.#last ?? {}
    const datagrams = this.#datagrams()
    return {
      ...this.#facts,
      ...(this.#members.size === 0 ? {} : { role: this.role }),
      pid: process.pid,
      addresses: [...this.#gauges.addresses()],
      phase: this.#phase,
      ...(this.#backend === undefined ? {} : { backend: this.#backend }),
      step: this.step,
      doing: this.#doing,
      waitingFor: [...this.#waitingFor],
      stalled: this.#stalled,
      members: [...this.#members].map(([peer, record]) => ({
        peer,
        self: peer === this.#facts.peer,
        connected: peer === this.#facts.peer || this.#present.has(peer),
        ...record,
      })),
      ...(gradient === undefined ? {} : { gradient: spreadOf(gradient) }),
      ...(model === undefined ? {} : { model: spreadOf(model) }),
      times: { ...this.#times },
      ...(this.#quorum === undefined ? {} : { quorum: this.#quorum.status() }),
      unprovenRounds: this.#unprovenRounds,
      fallbackRounds: this.#fallbackRounds,
      refusedSteps: this.#refusedSteps,
      measuredAgreements: this.#measuredAgreements,
      unshrunkAgreements: this.#unshrunkAgreements,
      faults: [...this.#gauges.faults()],
      ...(this.#evaluation === undefined ? {} : { evaluation: this.#evaluation }),
      ...(datagrams === undefined ? {} : { datagrams }),
      ...this.#gauges.bytes(),
      rssBytes: process.memoryUsage.rss(),
    }
  }

  #lookForQuorum(): void {
    // This peer is always present to itself: of an empty set nothing is known yet.
    if (this.#phase === 'learning' && this.#present.size > 0) this.#quorum?.look(this.#present)
  }

  #agree(step: Step, agreement: AgreementReport): void {
    this.#unprovenRounds += agreement.unprovenRounds
    this.#fallbackRounds += agreement.fallbackRounds
    const { hasShrunk } = agreement
    if (hasShrunk !== undefined) this.#measuredAgreements += 1
    if (hasShrunk === false) this.#unshrunkAgreements += 1
    this.#attend(step, agreement)
  }

  #attend(step: Step, { heard = [], missing = [] }: Pick<StepReport, 'heard' | 'missing'>): void {
    for (const peer of heard) {
      const record = this.#members.get(peer)
      if (record !== undefined) record.lastHeardStep = step
    }
    for (const peer of missing) {
      const record = this.#members.get(peer)
      if (record !== undefined) record.missed++
    }
  }
}

function spreadOf({
  spreadBefore,
  spreadAfter,
  rounds,
  hasShrunk,
  exchanges,
  unprovenRounds,
}: AgreementReport) {
  return {
    before: spreadBefore,
    ...(spreadAfter === undefined ? {} : { after: spreadAfter }),
    rounds,
    ...(hasShrunk === undefined ? {} : { shrunk: hasShrunk }),
    exchanges: [...exchanges],
    unproven: unprovenRounds,
  }
}
