/**
 * The mesh in virtual time. What the libp2p mesh does with sockets, signatures and pulls, this does with a delay drawn
 * by a link: the duties are the same (test/mesh-contract.ts), the protocol code is the same.
 */
import type { Clock } from '../mesh/clock.ts'
import { meshError } from '../mesh/errors.ts'
import { type Fault, verdictOf } from '../mesh/fault.ts'
import { Inbox, type InboxLimits } from '../mesh/inbox.ts'
import type { Delivery, Describe, Member, Mesh, PeerId, PublishOptions, Step } from '../mesh/mesh.ts'
import { type Offer, Outbox } from '../mesh/outbox.ts'
import { formatTag, parseTag, type Tag, type TagPattern } from '../mesh/tag.ts'
import { Channel, untilAborted } from '../util/channel.ts'
import type { Random } from '../util/prng.ts'
import type { Network } from './network.ts'
import type { Publication } from './publications.ts'
import type { Life } from './virtual-clock.ts'

export interface SimMeshOptions {
  readonly network: Network
  readonly members: readonly Member[]
  readonly position: number
  readonly describe: Describe
  readonly limits: InboxLimits
  readonly clock: Clock
  readonly random: Random
  /** Whether it passes on what is for all, as every honest member does; a liar need not. */
  readonly passesOn: boolean
  /** Whether what it says is kept as it is and not copied: its code never writes to it again. */
  readonly handsOver: boolean
  readonly life: Life
  readonly onFault: (fault: Fault) => void
}

export class SimMesh implements Mesh {
  readonly self: PeerId
  readonly members: readonly Member[]
  readonly clock: Clock
  readonly random: Random
  readonly #options: SimMeshOptions
  readonly #network: Network
  readonly #position: number
  readonly #describe: Describe
  readonly #inbox: Inbox<Publication>
  readonly #outbox: Outbox
  readonly #presenceChanges = new Set<Channel<ReadonlySet<PeerId>>>()

  constructor(options: SimMeshOptions) {
    const { network, members, position, describe, limits, clock, random } = options
    this.self = members[position]?.peer ?? ''
    this.members = members
    this.clock = clock
    this.random = random
    this.#options = options
    this.#network = network
    this.#position = position
    this.#describe = describe
    this.#inbox = new Inbox(describe, limits)
    this.#outbox = new Outbox(limits.window, { copies: !options.handsOver })
    network.join(position, this)
  }

  async publish(tag: Tag, payload: Uint8Array, { to, lossy }: PublishOptions = {}): Promise<void> {
    if (this.#describe(tag) === undefined)
      throw meshError({ code: 'MESH_NO_DESCRIPTION', tag: formatTag(tag) })
    if (this.#options.life.isOver) return
    const said = this.#said(tag, payload, to, lossy)
    const publication = this.#publication(tag, said, lossy)
    if (to === undefined || to.includes(this.self)) this.receive(publication)
    this.#network.say(publication, to)
  }

  offer(tag: Tag, payload: Offer): void {
    this.#outbox.offer(tag, payload)
  }

  listen(pattern: TagPattern, options: { readonly signal: AbortSignal }): AsyncIterable<Delivery> {
    return this.#inbox.listen(pattern, options)
  }

  async ask(peer: PeerId, tag: Tag, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
    const publication = await this.#network.ask(this, peer, tag, signal)
    if (this.#isForAll(tag)) {
      publication.reach.add(this.#position)
      this.receive(publication)
    }
    return publication.payload
  }

  presence({ signal }: { readonly signal: AbortSignal }): AsyncIterable<ReadonlySet<PeerId>> {
    const channel = new Channel<ReadonlySet<PeerId>>()
    channel.push(this.#network.reachableFrom(this.#position))
    this.#presenceChanges.add(channel)
    return untilAborted(channel, signal, () => this.#presenceChanges.delete(channel))
  }

  blame(fault: Fault): void {
    this.#options.onFault(fault)
  }

  advance(step: Step): void {
    this.#inbox.advance(step)
    this.#outbox.advance(step)
    // A liar may name any step: it must not make the network forget what the others work on.
    if (this.#options.passesOn) this.#network.advanced(step)
  }

  /** What the network brings, from its sender or from a member that passes it on. */
  receive(publication: Publication): void {
    const { from, tag } = publication
    const verdict = this.#inbox.take(publication)
    if (verdict !== 'accept') {
      if (verdictOf(verdict) === 'reject') this.blame({ peer: from, kind: verdict, tag })
      return
    }
    if (!publication.reach.isComplete && from !== this.self && this.passesOn(publication))
      this.#network.passOn(this.#position, publication)
  }

  /** Whether it has the publication and passes it on to those who have not. */
  passesOn({ from, tag, identity, lossy }: Publication): boolean {
    if (!this.#options.passesOn || lossy || !this.#isForAll(tag)) return false
    return this.#inbox.claimed(from, tag)?.identity === identity
  }

  /** Answers a question; rejects when `signal` aborts before there is an answer. */
  async answer(asker: PeerId, tag: Tag, signal: AbortSignal): Promise<Publication> {
    const payload = await this.#outbox.whenAnswered(asker, tag, { signal })
    return this.#publication(tag, payload)
  }

  /** What a member that comes back may have missed: what is for all, and what was said to it. */
  *heldFor(peer: PeerId): Generator<Publication> {
    for (const publication of this.#inbox.delivered()) if (this.passesOn(publication)) yield publication
    for (const { tag, payload } of this.#outbox.saidTo(peer)) {
      const parsed = parseTag(tag)
      if (parsed !== undefined) yield this.#publication(parsed, payload)
    }
  }

  presenceChanged(): void {
    for (const channel of this.#presenceChanges) channel.push(this.#network.reachableFrom(this.#position))
  }

  #said(tag: Tag, payload: Uint8Array, to?: readonly PeerId[], lossy = false): Uint8Array {
    if (lossy) return this.#outbox.sayLossily(tag, payload, to ?? this.members.map(({ peer }) => peer))
    return to === undefined ? this.#outbox.sayToAll(tag, payload) : this.#outbox.say(tag, payload, to)
  }

  #isForAll(tag: Tag): boolean {
    return this.#describe(tag)?.audience === 'all'
  }

  #publication(tag: Tag, payload: Uint8Array, lossy = false): Publication {
    const description = this.#describe(tag)
    const isForAll = description?.audience === 'all'
    const isOpen = isForAll || description?.isOpen === true
    const [from, origin] = [this.self, this.#position]
    return this.#network.publications.of({ from, origin, tag, payload, isForAll, isOpen, lossy })
  }
}
