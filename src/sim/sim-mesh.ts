/**
 * The mesh in virtual time. What the libp2p mesh does with sockets, signatures and pulls, this does with a delay drawn
 * from the link's own stream of chance: the duties are the same (test/mesh-contract.ts), the protocol code is the same.
 */
import type { Clock, Milliseconds } from '../mesh/clock.ts'
import { meshError } from '../mesh/errors.ts'
import { type Fault, verdictOf } from '../mesh/fault.ts'
import { Inbox, type InboxLimits } from '../mesh/inbox.ts'
import type { Delivery, Describe, Member, Mesh, PeerId, PublishOptions, Step } from '../mesh/mesh.ts'
import { type Offer, Outbox } from '../mesh/outbox.ts'
import { formatTag, parseTag, type Tag, type TagPattern } from '../mesh/tag.ts'
import { Channel, untilAborted } from '../util/channel.ts'
import { type Random, seededRandom } from '../util/prng.ts'
import { abortable } from '../util/signal.ts'
import type { Network } from './network.ts'

/** One thing said: what the libp2p mesh would sign. Only its origin's mesh can make one. */
export interface Publication {
  readonly from: PeerId
  readonly tag: Tag
  readonly payload: Uint8Array
  /** Equal for equal payloads of one sender under one tag. */
  readonly identity: string
}

export interface SimMeshOptions {
  readonly network: Network
  readonly members: readonly Member[]
  readonly self: PeerId
  readonly describe: Describe
  readonly limits: InboxLimits
  readonly seed: number
  readonly clock: Clock
  readonly onFault: (fault: Fault) => void
}

export class SimMesh implements Mesh {
  readonly self: PeerId
  readonly members: readonly Member[]
  readonly clock: Clock
  readonly random: Random
  readonly #network: Network
  readonly #describe: Describe
  readonly #window: number
  readonly #inbox: Inbox
  readonly #outbox: Outbox
  readonly #onFault: (fault: Fault) => void
  readonly #publications = new Map<Step, Map<string, Publication[]>>()
  /** Publications under tags for all that this member heard or said, for those who reconnect. */
  readonly #heldForAll = new Map<Step, Publication[]>()
  readonly #presenceChanges = new Set<Channel<ReadonlySet<PeerId>>>()

  constructor({ network, members, self, describe, limits, seed, clock, onFault }: SimMeshOptions) {
    this.self = self
    this.members = members
    this.clock = clock
    this.random = seededRandom(seed, 'mesh', self)
    this.#network = network
    this.#describe = describe
    this.#window = limits.window
    this.#inbox = new Inbox(describe, limits)
    this.#outbox = new Outbox(limits.window)
    this.#onFault = onFault
    network.join(this)
  }

  async publish(tag: Tag, payload: Uint8Array, { to }: PublishOptions = {}): Promise<void> {
    const audience = this.#describe(tag)?.audience
    if (audience === undefined) throw meshError({ code: 'MESH_NO_DESCRIPTION', tag: formatTag(tag) })
    const recipients = to ?? this.members.map(({ peer }) => peer)
    const said = this.#outbox.say(tag, payload, recipients)
    const publication = this.#publication(tag, said)
    if (audience === 'all' && to === undefined) this.#hold(publication)
    for (const peer of recipients) {
      if (peer === this.self) this.receive(this.self, publication)
      else this.#network.send(this.self, peer, publication)
    }
  }

  offer(tag: Tag, payload: Offer): void {
    this.#outbox.offer(tag, payload)
  }

  listen(pattern: TagPattern, options: { readonly signal: AbortSignal }): AsyncIterable<Delivery> {
    return this.#inbox.listen(pattern, options)
  }

  async ask(peer: PeerId, tag: Tag, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
    const publication = await abortable(this.#network.ask(this.self, peer, tag, signal), signal)
    if (this.#describe(tag)?.audience === 'all') this.receive(peer, publication)
    return publication.payload
  }

  async *presence({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<ReadonlySet<PeerId>, void> {
    const channel = new Channel<ReadonlySet<PeerId>>()
    channel.push(this.#network.reachableFrom(this.self))
    this.#presenceChanges.add(channel)
    yield* untilAborted(channel, signal, () => this.#presenceChanges.delete(channel))
  }

  blame(fault: Fault): void {
    this.#onFault(fault)
  }

  advance(step: Step): void {
    this.#inbox.advance(step)
    this.#outbox.advance(step)
    for (const kept of [this.#heldForAll, this.#publications])
      for (const old of kept.keys()) if (old < step - this.#window) kept.delete(old)
  }

  /** What the network brings, from its sender or from a member that passes it on. */
  receive(via: PeerId, publication: Publication): void {
    const { from, tag, payload, identity } = publication
    const verdict = this.#inbox.claim({ from, tag, identity, byteLength: payload.byteLength })
    if (verdict !== 'accept') {
      if (verdictOf(verdict) === 'reject') this.blame({ peer: from, kind: verdict, tag })
      return
    }
    this.#inbox.deliver(from, tag, payload)
    if (from === this.self || this.#describe(tag)?.audience !== 'all') return
    this.#hold(publication)
    this.#passOn(via, publication)
  }

  /** Answers a question; rejects when `signal` aborts before there is an answer. */
  async answer(asker: PeerId, tag: Tag, signal: AbortSignal): Promise<Publication> {
    const payload = await this.#outbox.whenAnswered(asker, tag, { signal })
    return this.#publication(tag, payload)
  }

  /** What a member that reconnects may have missed. */
  *missedBy(peer: PeerId): Generator<Publication> {
    for (const publications of this.#heldForAll.values()) yield* publications
    for (const { tag, payload } of this.#outbox.saidTo(peer)) {
      const parsed = parseTag(tag)
      if (parsed !== undefined) yield this.#publication(parsed, payload)
    }
  }

  presenceChanged(): void {
    for (const channel of this.#presenceChanges) channel.push(this.#network.reachableFrom(this.self))
  }

  /** The publication of this payload, the same object for equal payloads: what a digest is to libp2p. */
  #publication(tag: Tag, payload: Uint8Array): Publication {
    const ofStep = this.#publications.get(tag.step) ?? new Map<string, Publication[]>()
    this.#publications.set(tag.step, ofStep)
    const key = formatTag(tag)
    const before = ofStep.get(key) ?? []
    ofStep.set(key, before)
    const same = before.find((p) => p.payload === payload || Buffer.compare(p.payload, payload) === 0)
    if (same !== undefined) return same
    const made: Publication = { from: this.self, tag, payload, identity: String(before.length) }
    before.push(made)
    return made
  }

  #hold(publication: Publication): void {
    const held = this.#heldForAll.get(publication.tag.step) ?? []
    held.push(publication)
    this.#heldForAll.set(publication.tag.step, held)
  }

  /** Duty 3: whoever hears what is for all passes it on to those who may not have it from its origin. */
  #passOn(via: PeerId, publication: Publication): void {
    for (const { peer } of this.members) {
      if (peer === this.self || peer === via || peer === publication.from) continue
      if (this.#network.wasSentTo(publication, peer)) continue
      this.#network.send(this.self, peer, publication)
    }
  }
}

/** Delay of a message on its way, drawn anew for each. */
export type Latency = (random: Random) => Milliseconds
