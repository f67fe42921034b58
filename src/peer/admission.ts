/**
 * The admission desk: how strangers become members. Every peer of a swarm keeps one; it hands out the swarm document,
 * and the founder's also fills the roster.
 *
 * The founder admits the first that ask and hold their stream open, or, in a listed swarm, of those only whom the list names;
 * places of members that are to have a role by name are kept for them. A joiner whose stream ends gives its place back. Once
 * all places are taken the founder gives out the roles, to itself first and then in the order of admission, signs the roster and
 * sends it to all who wait. From then on the membership is fixed: members that come back get the roster again from any
 * member, and strangers get PEER_SWARM_FULL.
 *
 * Bounds: `maxOpenRequests` unread requests at once, `maxRequestBytes` and `requestTimeoutMs` for each; as many may wait as the
 * swarm has members beside the founder.
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { protocolId } from '../gossip/wire.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { type CodedError, printable } from '../util/coded-error.ts'
import { admissionError } from './admission-errors.ts'
import { type Answer, addressesOf, type Request, receiveRequest, send } from './admission-wire.ts'
import { assignRoles, type Cast, membersIn } from './cast.ts'
import type { Identity } from './identity.ts'
import { rosterOf, type SignedRoster, signRoster } from './roster.ts'
import { type SwarmDocument, swarmIdOf } from './swarm-document.ts'

/** Where members were last known to listen. Nobody signs this: each ends in its member's id, so a wrong one fails in Noise. */
export type AddressBook = Readonly<Record<PeerId, readonly string[]>>

/** A complete swarm: who belongs to it, and where to find them. */
export interface Assembly {
  readonly signed: SignedRoster
  readonly addresses: AddressBook
}

export interface AdmissionOptions {
  readonly host: Libp2p
  readonly identity: Identity
  readonly document: SwarmDocument
  readonly cast: Cast
  /** Admits these alone; everybody where absent. */
  readonly listed?: ReadonlySet<PeerId>
  /** Where a member that does not know the roster sends joiners: the founder's addresses. */
  readonly founderAddresses?: readonly string[]
  /** Told how many of the members are present, the founder included. */
  readonly onPresent?: (present: number) => void
  /** Told what strangers do wrong. */
  readonly onProblem?: (problem: CodedError) => void
}

/** Requests of strangers that may be unread at once. */
export const maxOpenRequests = 32

/** Time a stranger has to send its request. */
export const requestTimeoutMs = 10_000

/** Time a peer has to close a stream that brought its last answer: an answered question keeps no stranger connected. */
export const answeredTimeoutMs = 1_000

/** How often a waiting joiner gets a sign of life: well within the two minutes after which libp2p cuts an idle stream. */
export const heartbeatMs = 20_000

interface Joiner {
  readonly stream: Stream
  readonly addresses: readonly string[]
}

type AdmissionRequest = Extract<Request, { readonly ask: 'admission' }>

export class AdmissionDesk {
  readonly #options: AdmissionOptions
  readonly #swarmId: string
  readonly #waiting = new Map<PeerId, Joiner>()
  readonly #complete = Promise.withResolvers<Assembly>()
  #assembly: Assembly | undefined
  #isSealed = false
  #openRequests = 0
  #heartbeat: NodeJS.Timeout | undefined

  constructor(options: AdmissionOptions) {
    this.#options = options
    this.#swarmId = swarmIdOf(options.document)
  }

  /** Starts answering. */
  async open(): Promise<void> {
    const serve = (stream: Stream, connection: Connection) => this.#serve(stream, connection)
    await this.#options.host.handle(protocolId('admission'), serve, { maxInboundStreams: 4 })
    this.#heartbeat = setInterval(() => this.#tellWaiting(), heartbeatMs).unref()
    if (this.#isFounder() && !this.#isSealed && this.#isFull()) await this.#seal()
  }

  /** Stops answering; whoever waits loses its stream when the host stops. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat)
    await this.#options.host.unhandle(protocolId('admission'))
  }

  /** Resolves with the swarm once the founder has filled it, or with what `settle` was told. */
  complete(): Promise<Assembly> {
    return this.#complete.promise
  }

  /** From now on the membership is `assembly`'s. */
  settle(assembly: Assembly): void {
    this.#isSealed = true
    this.#assembly = assembly
    this.#complete.resolve(assembly)
  }

  /** Whether `peer` holds one of the places of a swarm that is not complete. */
  isWaiting(peer: PeerId): boolean {
    return this.#waiting.has(peer)
  }

  async #serve(stream: Stream, connection: Connection): Promise<void> {
    const peer = connection.remotePeer.toString()
    if (this.#openRequests >= maxOpenRequests) {
      await finish(stream, { is: 'refused', code: 'PEER_ADMISSION_BUSY' })
      return
    }
    this.#openRequests++
    try {
      const request = await receiveRequest(stream, AbortSignal.timeout(requestTimeoutMs))
      const answer = request.ask === 'document' ? this.#document() : this.#admit(peer, request, stream)
      if (answer !== undefined) await finish(stream, answer)
    } catch (cause) {
      // Whatever a stranger sends, or fails to send, costs it this stream and nobody anything else.
      const reason = printable(cause instanceof Error ? cause.message : String(cause))
      this.#options.onProblem?.(admissionError({ code: 'PEER_BAD_REQUEST', peer, reason }, { cause }))
      stream.abort(new Error('bad request'))
    } finally {
      this.#openRequests--
    }
  }

  #document(): Answer {
    return { is: 'document', document: this.#options.document }
  }

  /** What to answer now; undefined where the joiner waits for its answer. */
  #admit(peer: PeerId, request: AdmissionRequest, stream: Stream): Answer | undefined {
    const { listed, founderAddresses = [] } = this.#options
    if (request.swarmId !== this.#swarmId) return { is: 'refused', code: 'PEER_OTHER_SWARM' }
    if (this.#assembly !== undefined) return verdict(this.#assembly, peer)
    if (!this.#isFounder()) return { is: 'redirect', addresses: [...founderAddresses] }
    const isListed = listed === undefined || listed.has(peer)
    if (!isListed || this.#isKeptForOthers(peer)) return { is: 'refused', code: 'PEER_NOT_LISTED' }
    // While the roster is being signed nobody else gets in; those who wait have their places.
    if (this.#isSealed) return { is: 'refused', code: 'PEER_SWARM_FULL' }
    this.#seat(peer, { stream, addresses: request.addresses })
    return undefined
  }

  /** Whether the places that are left belong to others, who are to have a role by name. */
  #isKeptForOthers(peer: PeerId): boolean {
    const { cast, identity } = this.#options
    if (this.#waiting.has(peer) || cast.named.has(peer)) return false
    const awaited = [...cast.named.keys()].filter(
      (named) => named !== identity.peer && !this.#waiting.has(named),
    )
    return awaited.length > 0 && this.#waiting.size + awaited.length >= membersIn(cast) - 1
  }

  /** Gives the joiner a place for as long as its stream lasts; of two streams of one peer the later holds it. */
  #seat(peer: PeerId, joiner: Joiner): void {
    const earlier = this.#waiting.get(peer)
    this.#waiting.set(peer, joiner)
    earlier?.stream.abort(new Error('asked again'))
    joiner.stream.addEventListener('close', () => this.#leave(peer, joiner), { once: true })
    this.#tellWaiting()
    if (this.#isFull()) void this.#seal().catch(this.#complete.reject)
  }

  #leave(peer: PeerId, joiner: Joiner): void {
    if (this.#isSealed || this.#waiting.get(peer) !== joiner) return
    this.#waiting.delete(peer)
    this.#tellWaiting()
  }

  #tellWaiting(): void {
    const present = this.#waiting.size + 1
    if (this.#isSealed) return
    this.#options.onPresent?.(present)
    for (const { stream } of this.#waiting.values())
      sendIfOpen(stream, { is: 'waiting', present, n: membersIn(this.#options.cast) })
  }

  async #seal(): Promise<void> {
    this.#isSealed = true
    const { host, identity, cast } = this.#options
    const peers = [identity.peer, ...this.#waiting.keys()]
    const roster = rosterOf(this.#swarmId, assignRoles(peers, cast))
    const addresses: Record<PeerId, readonly string[]> = {
      [identity.peer]: host.getMultiaddrs().map((address) => address.toString()),
    }
    for (const [peer, joiner] of this.#waiting) addresses[peer] = addressesOf(peer, joiner.addresses)
    this.settle({ signed: await signRoster(identity, roster), addresses })
  }

  /**
   * Hands the roster to those who wait. Not before the founder has written it down: a founder that crashed in between
   * would sign a second roster for a swarm that has one.
   */
  async announce(): Promise<void> {
    const assembly = await this.#complete.promise
    await Promise.all([...this.#waiting].map(([peer, { stream }]) => finish(stream, verdict(assembly, peer))))
    this.#waiting.clear()
  }

  #isFounder(): boolean {
    return this.#options.identity.peer === this.#options.document.founder
  }

  #isFull(): boolean {
    return this.#waiting.size === membersIn(this.#options.cast) - 1
  }
}

function verdict({ signed, addresses }: Assembly, peer: PeerId): Answer {
  if (!signed.roster.members.some((member) => member.peer === peer))
    return { is: 'refused', code: 'PEER_SWARM_FULL' }
  return {
    is: 'roster',
    signed: {
      roster: { ...signed.roster, members: [...signed.roster.members] },
      signature: signed.signature,
    },
    addresses: Object.fromEntries(Object.entries(addresses).map(([name, known]) => [name, [...known]])),
  }
}

function sendIfOpen(stream: Stream, answer: Answer): void {
  if (stream.status === 'open') send(stream, answer)
}

/** Sends the last answer. A peer that is gone by then does not get it, and asks again when it is back. */
async function finish(stream: Stream, answer: Answer): Promise<void> {
  try {
    send(stream, answer)
    await stream.close({ signal: AbortSignal.timeout(requestTimeoutMs) })
    // That closed our direction alone.
    const timer = setTimeout(() => stream.abort(new Error('answered')), answeredTimeoutMs)
    stream.addEventListener('close', () => clearTimeout(timer), { once: true })
    if (stream.status !== 'open') clearTimeout(timer)
  } catch (error) {
    stream.abort(error instanceof Error ? error : new Error(String(error)))
  }
}
