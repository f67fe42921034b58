/**
 * What a learning protocol is to the daemon and the simulator: who plays which role, what is said under which tags, what is
 * proven of it, and for each member an async generator over a mesh and a learner that yields a report after every step. Its
 * caller drives it, records the reports and may leave at any step.
 *
 * Members that train (`n` of them, workers or peers) have data; servers, where a protocol has them, come on top.
 */
import type { Milliseconds } from '../mesh/clock.ts'
import type { Describe, Member, Mesh, PeerId, Step } from '../mesh/mesh.ts'
import type { Learner } from '../model/learner.ts'
import type { Parameters, Values } from '../util/parameter.ts'
import type { LearnWait } from './learn.ts'
import type { Assessment, Plan } from './resilience.ts'
import type { Combine } from './rule.ts'

/** What a protocol is asked about: `n` and `f` count members that train. */
export interface ProtocolPlan extends Plan {
  /** Parameters of the model: the length of every vector. */
  readonly dimension: number
}

/** What is said in a step: messages, one a recipient, and bytes of payload. */
export interface Said {
  readonly messages: number
  readonly bytes: number
}

export interface RunOptions extends ProtocolPlan {
  /** How many steps to take, and which is the first. */
  readonly steps: Step
  readonly firstStep?: Step | undefined
  readonly wait: LearnWait
  /** Samples of the gradient of a step. @default the learner's own batch */
  readonly batch?: ((step: Step) => number) | undefined
  /** How rules are computed. @default at once, on this thread */
  readonly combine?: Combine | undefined
  /** Steps for which the mesh keeps what is said. @default defaultWindow */
  readonly window?: number | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly signal: AbortSignal
}

/** A protocol whose parameters have their values. */
export interface Protocol {
  /** As reports spell it, parameters included: `draco:code=cyclic`. */
  readonly text: string
  /** The role of those that train. */
  readonly trainer: 'worker' | 'peer'
  /** The roles of the others, in the order in which they are given out; none where there is no server. */
  readonly servers: readonly string[]
  /** Declared bound on servers that lie; 0 where they are trusted. */
  readonly serverF: number
  /** The role of those whose model is the result. */
  readonly keeper: string
  /** Which of the swarm's two rules it uses; the others are as if they were not there. */
  readonly rules: readonly ('rule' | 'modelRule')[]
  /** `shared`: every member that trains can compute every batch. `own`: each has samples of its own. */
  readonly data: 'own' | 'shared'
  /**
   * Where momentum is kept: in what members that train say of their gradients, or in the step that is taken along what is made of
   * gradients as they are. @default worker
   */
  readonly momentum?: 'worker' | 'step'
  /** Whether a liar lies about the gradients that it computes, because what it says of them is coded or secret. */
  readonly liesAtLearner?: boolean
  /** To how many members, at most, one that trains says what it says of a step. @default all servers, or else all others */
  readonly hearers?: (plan: ProtocolPlan) => number
  /** Whether some of what it says may get lost (`PublishOptions.lossy`): a mesh that has datagrams opens them for it. */
  readonly isLossy?: boolean
  /** Steps on each side of its own for which a member's mesh must keep what is said, where defaultWindow does not do. */
  readonly window?: (plan: ProtocolPlan) => number
  /** The guard: whether n and f, the servers and the rules suffice, and the sentence where they do not. */
  assess(plan: ProtocolPlan): Assessment
  /** Every tag that members use, `ready/word` and `done/word` included (describe.ts `wordOf`). */
  describe(plan: ProtocolPlan, members: readonly Member[]): Describe
  /** The most that one member says to one other in one step up to `lastStep`, for the bounds of the mesh. */
  mostSaid(plan: ProtocolPlan, lastStep: Step): Said
  /** What all members together say in step `step` where nobody is absent or lies, as the protocol's page has it. */
  cost(plan: ProtocolPlan, step: Step): Said
  /** The part that the roster gives this member. */
  run(mesh: Mesh, learner: Learner, options: RunOptions): AsyncGenerator<StepReport, void, undefined>
}

/** A row of the table of protocols (protocol-table.ts). */
export interface ProtocolRow {
  readonly about: string
  /** In the order in which the text of a protocol names them. */
  readonly parameters: Parameters
  /** `values` holds what each of `parameters` read. */
  make(values: Readonly<Record<string, unknown>>): Omit<Protocol, 'text'>
}

/** Types a row: `make` gets the values of its own parameters. */
export function protocolRow<P extends Parameters>(
  about: string,
  parameters: P,
  make: (values: Values<P>) => Omit<Protocol, 'text'>,
): ProtocolRow {
  return { about, parameters, make: (values) => make(values as Values<P>) }
}

/** One exchange, judged by what came in: the worst case of what may have happened. */
export interface ExchangeReport {
  /** u_i: members that were missing and may be honest; those whose vector was refused are not. */
  readonly late: number
  /** k_i: what trimmed mean is then proven to leave of the honest range of a coordinate; 1 where that is all of it. */
  readonly factor: number
}

/** One agreement on vectors, as this peer saw it. */
export interface AgreementReport {
  /** Exchanges that the agreement took. */
  readonly rounds: number
  /** Whose vectors came in, in the last exchange; sorted. */
  readonly heard: readonly PeerId[]
  /** Members that were absent or refused in the last exchange; sorted. */
  readonly missing: readonly PeerId[]
  /** This peer's vector before and after. Not to be written to. */
  readonly before: Float32Array
  readonly after: Float32Array
  /**
   * Radius around the result that holds all but f of the vectors of the first exchange (L2). This and what follows from it may
   * be computed when first read, in O(n d), and keep those vectors until then: read it soon or never.
   */
  readonly spreadBefore: number
  /**
   * The same of the last exchange: what all but the last have left. Undefined where there was one: an exchange shows what came
   * into it, so the last result is seen by nobody but its owner, and one exchange shows no change.
   */
  readonly spreadAfter: number | undefined
  /** Whether the second is smaller than the first; undefined where there is no second. */
  readonly hasShrunk: boolean | undefined
  /** What each exchange lost and proves, in order. */
  readonly exchanges: readonly ExchangeReport[]
  /** Exchanges that lost so many vectors that no contraction is proven for them (docs/PROOFS.md 2). */
  readonly unprovenRounds: number
  /** Exchanges in which too few vectors came in for the rule, and trimmed mean stood in for it. */
  readonly fallbackRounds: number
}

/** Where the time of a step went. */
export interface StepTimes {
  readonly computeMs: Milliseconds
  /** From saying a vector to having gathered: transfer and waiting for others. */
  readonly exchangeMs: Milliseconds
  readonly ruleMs: Milliseconds
}

export interface StepReport {
  readonly step: Step
  readonly gradient: AgreementReport | undefined
  readonly model: AgreementReport | undefined
  readonly times: StepTimes
  /** Whose vectors came in and whose did not, where no agreement can be reported because nobody sees them. */
  readonly heard?: readonly PeerId[]
  readonly missing?: readonly PeerId[]
  /** Why the model was left as it was; absent where the step was taken. */
  readonly refusal?: string | undefined
}

/** Told while a step is under way, for status lines: what the peer is doing and whom it waits for. */
export interface Progress {
  readonly step: Step
  readonly doing: 'compute' | 'exchange' | 'rule'
  readonly phase: string
  /** Members not heard from yet in this exchange; empty while it does not wait. */
  readonly waitingFor: readonly PeerId[]
  /** True once the deadline is over and fewer than n - f have answered: the swarm cannot go on without them. */
  readonly stalled: boolean
}
