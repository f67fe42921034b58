/**
 * The mesh over libp2p. What is said to all goes by gossip as a signed announcement, with a small payload inside; a large
 * one is pulled, chunk by chunk, from whoever has it. What is said to some goes to them over direct streams, or, where it may
 * get lost, by datagram.
 *
 * This file only holds the parts together. The way of a payload: press, voice, gossip-link and direct-protocol (out);
 * reception, fetcher and pull-client (in); pull-server and questions (for those who ask); datagrams (both ways).
 */
import { claimOf } from '../gossip/envelope.ts'
import type { AskRequest, PullRequest } from '../gossip/pull-frames.ts'
import { claimOfUnsigned } from '../gossip/validate-datagram.ts'
import { protocolId } from '../gossip/wire.ts'
import { meshError } from '../mesh/errors.ts'
import { type Fault, verdictOf } from '../mesh/fault.ts'
import type { Claim, Evidence, InboxLimits } from '../mesh/inbox.ts'
import type { Delivery, Describe, Member, Mesh, PeerId, PublishOptions, Step } from '../mesh/mesh.ts'
import type { Offer } from '../mesh/outbox.ts'
import { formatTag, type Tag, type TagPattern } from '../mesh/tag.ts'
import { mayRead, type Publication } from './archive.ts'
import type { DatagramOptions, DatagramStatus } from './datagrams.ts'
import { directReceiver } from './direct-protocol.ts'
import { peerError } from './errors.ts'
import { type FaultCount, FaultLog } from './fault-log.ts'
import { GossipLink } from './gossip-link.ts'
import type { Host } from './host.ts'
import {
  checkLimits,
  defaultWireLimits,
  maxDirectStreams,
  maxPullStreams,
  type WireLimits,
} from './limits.ts'
import { assemble, type Parts } from './mesh-parts.ts'
import type { PayloadMemory } from './payload-memory.ts'
import { announcementOf } from './press.ts'
import { PullServer } from './pull-server.ts'
import { systemClock } from './system-clock.ts'
import { systemRandom } from './system-random.ts'
import type { Bytes } from './traffic.ts'
import type { Payload } from './transfer.ts'

export interface Libp2pMeshOptions {
  /** Its members are admitted already: `host.admit`. */
  readonly host: Host
  readonly roster: { readonly digest: Uint8Array; readonly members: readonly Member[] }
  readonly describe: Describe
  readonly limits: InboxLimits
  readonly wire?: Partial<WireLimits>
  /** Members of a role that may lie. */
  readonly liars: (role: string) => number
  /** @default the garbage collector's */
  readonly memory?: PayloadMemory
  /**
   * Whether what may get lost (`lossy`) and is for its recipients alone travels to them by datagram: over UDP, at the address
   * and the number at which the host listens over TCP.
   * @default false: over streams, as everything else
   */
  readonly datagrams?: boolean | DatagramOptions
  /** Told of every fault, as often as peers like: limit the rate of what it writes. */
  readonly onFault?: (fault: Fault) => void
  /** Told of what was dropped and held against nobody: replays, and what is too old or too far ahead. For counting. */
  readonly onDropped?: (dropped: Fault) => void
  /** Told once when more members of a role than may lie have provably spoken of steps beyond the window; `step` is where they are. */
  readonly onTooFarBehind?: (step: Step) => void
}

export interface Traffic extends Bytes {
  /** Time during which at least one payload was being pulled or served. */
  readonly transferMs: number
}

/**
 * Opens the mesh of one roster over a host. Rejects with PEER_NOT_IN_ROSTER, PEER_FOREIGN_KEY or PEER_BAD_LIMITS.
 * A new roster is a new mesh; close the old one first.
 */
export async function createLibp2pMesh(options: Libp2pMeshOptions): Promise<Libp2pMesh> {
  const wire: WireLimits = { ...defaultWireLimits, ...options.wire }
  checkLimits(wire)
  const { host, roster } = options
  if (!roster.members.some(({ peer }) => peer === host.self))
    throw peerError({ code: 'PEER_NOT_IN_ROSTER', self: host.self })
  const mesh = new Libp2pMesh(options, wire)
  await mesh.open()
  return mesh
}

export class Libp2pMesh implements Mesh {
  readonly self: PeerId
  readonly members: readonly Member[]
  readonly clock = systemClock
  readonly random = systemRandom()
  readonly #options: Libp2pMeshOptions
  readonly #wire: WireLimits
  readonly #parts: Parts
  readonly #faults = new FaultLog()
  readonly #closing = new AbortController()
  #gossip: GossipLink | undefined
  #step: Step = 0

  constructor(options: Libp2pMeshOptions, wire: WireLimits) {
    this.self = options.host.self
    this.members = [...options.roster.members].sort((a, b) => (a.peer < b.peer ? -1 : 1))
    this.#options = options
    this.#wire = wire
    this.#parts = assemble(options, wire, {
      random: this.random,
      blame: (fault) => this.blame(fault),
      announce: async (announcement) => (await this.#gossip?.announce(announcement)) ?? new Set(),
      step: () => this.#step,
      signal: this.#closing.signal,
    })
  }

  /** Begins to listen. Called once, by `createLibp2pMesh`. */
  async open(): Promise<void> {
    const { host, roster } = this.#options
    const { gater, node } = host
    await this.#parts.datagrams?.open()
    const server = new PullServer({
      frameTimeoutMs: this.#wire.frameTimeoutMs,
      shelves: {
        find: (request, asker) => this.#find(request, asker),
        whenAnnounced: (request, asker, signal) => this.#whenAnnounced(request, asker, signal),
      },
      blame: (fault) => this.blame(fault),
      during: (transfer) => this.#parts.transfers.during(transfer),
    })
    const receive = directReceiver({
      limits: this.#wire,
      take: (announcement, by) =>
        this.#parts.reception.take(announcement, { by, via: 'direct' }) !== 'reject',
      blame: (fault) => this.blame(fault),
    })
    await node.handle(protocolId('pull'), gater.membersOnly(server.serve), {
      maxInboundStreams: maxPullStreams,
      maxOutboundStreams: maxPullStreams,
    })
    await node.handle(protocolId('direct'), gater.membersOnly(receive), {
      maxInboundStreams: maxDirectStreams,
      maxOutboundStreams: maxDirectStreams,
    })
    this.#gossip = new GossipLink({
      host,
      rosterDigest: roster.digest,
      take: (announcement, by) => this.#parts.reception.take(announcement, { by, via: 'gossip' }),
      onJoined: (peer) => void this.#parts.voice.catchUp(peer),
    })
    await host.introduce()
  }

  async publish(tag: Tag, payload: Uint8Array, { to, lossy = false }: PublishOptions = {}): Promise<void> {
    if (this.#closing.signal.aborted) throw meshError({ code: 'MESH_CLOSED' })
    const audience = this.#options.describe(tag)?.audience
    if (audience === undefined) throw meshError({ code: 'MESH_NO_DESCRIPTION', tag: formatTag(tag) })
    const recipients = to ?? this.members.map(({ peer }) => peer)
    for (const peer of recipients) this.#assertMember(peer)
    if (lossy && audience === 'recipients') return this.#publishLossily(tag, payload, recipients)
    const { outbox, voice } = this.#parts
    const publication = await this.#print(tag, outbox.say(tag, payload, recipients), recipients)
    if (recipients.includes(this.self)) this.#hearMyself(claimOf(publication), publication.payload?.bytes)
    if (to === undefined && audience === 'all') await voice.toAll(publication)
    else voice.toSome(publication, recipients)
  }

  offer(tag: Tag, payload: Offer): void {
    this.#parts.outbox.offer(tag, payload)
  }

  listen(pattern: TagPattern, options: { readonly signal: AbortSignal }): AsyncIterable<Delivery> {
    return this.#parts.inbox.listen(pattern, options)
  }

  async ask(peer: PeerId, tag: Tag, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
    if (this.#closing.signal.aborted) throw meshError({ code: 'MESH_CLOSED' })
    this.#assertMember(peer)
    signal.throwIfAborted()
    if (peer === this.self) return this.#parts.outbox.whenAnswered(peer, tag, { signal })
    return this.#parts.questions.ask(peer, tag, AbortSignal.any([signal, this.#closing.signal]))
  }

  presence({ signal }: { readonly signal: AbortSignal }): AsyncIterable<ReadonlySet<PeerId>> {
    return this.#parts.presence.watch(signal)
  }

  blame(fault: Fault): void {
    this.#faults.add(fault)
    this.#options.onFault?.(fault)
  }

  advance(step: Step): void {
    this.#step = Math.max(this.#step, step)
    const { inbox, outbox, archive, fetcher, datagrams } = this.#parts
    for (const part of [inbox, outbox, archive]) part.advance(this.#step)
    fetcher.forgetBefore(this.#step - this.#options.limits.window)
    datagrams?.forgetBefore(this.#step - this.#options.limits.window)
  }

  /** Bytes that crossed the sockets since the host was made, and the time that pulls took since the mesh was. */
  traffic(): Traffic {
    return { ...this.#options.host.bytes(), transferMs: this.#parts.transfers.totalMs }
  }

  /** What went by datagram, what was dropped and who is reached; undefined where the mesh was not asked for datagrams. */
  datagrams(): DatagramStatus | undefined {
    return this.#parts.datagrams?.status
  }

  /** What peers did wrong, counted by peer and kind. */
  faults(): readonly FaultCount[] {
    return this.#faults.counts()
  }

  /** The first proven equivocation of each peer: two announcements that it signed. */
  evidence(): readonly Evidence[] {
    return this.#parts.inbox.evidence
  }

  /** Leaves the swarm's protocols; the host stays up. Whoever still asks or fetches is told MESH_CLOSED, or nothing. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(meshError({ code: 'MESH_CLOSED' }))
    this.#gossip?.close()
    this.#parts.presence.close()
    this.#parts.fetcher.close()
    await this.#parts.datagrams?.close()
    await this.#options.host.node.unhandle([protocolId('pull'), protocolId('direct')])
  }

  /** By datagram; over streams to who is here and cannot be reached so; to who is away not at all. */
  async #publishLossily(tag: Tag, payload: Uint8Array, recipients: readonly PeerId[]): Promise<void> {
    const { outbox, voice, presence, datagrams } = this.#parts
    const streamed = recipients.filter((peer) => {
      if (peer === this.self || datagrams === undefined) return peer !== this.self
      return presence.present.has(peer) && !datagrams.reaches(peer, tag, payload.byteLength)
    })
    const others = recipients.filter((peer) => !streamed.includes(peer))
    const frozen = outbox.sayLossily(tag, payload, others, streamed)
    for (const peer of others)
      if (peer === this.self) this.#hearMyself(claimOfUnsigned(peer, { tag, payload: frozen }), frozen)
      else datagrams?.send(peer, { tag, payload: frozen })
    if (streamed.length > 0) voice.toSome(await this.#print(tag, frozen, streamed), streamed)
  }

  /** The publication of a payload that these may read. */
  async #print(tag: Tag, frozen: Uint8Array, readers: readonly PeerId[]): Promise<Publication> {
    const publication = await this.#parts.press.said(tag, frozen)
    for (const peer of readers) allow(publication, peer)
    return publication
  }

  #hearMyself(claim: Claim, payload: Uint8Array | undefined): void {
    const { tag } = claim
    const verdict = this.#parts.inbox.claim(claim)
    if (verdict === 'accept' && payload !== undefined)
      this.#parts.inbox.deliver({ from: this.self, tag, payload })
    else if (verdict !== 'accept' && verdictOf(verdict) === 'reject')
      this.blame({ peer: this.self, kind: verdict, tag })
  }

  #find({ origin, tag, digest }: PullRequest, asker: PeerId): Payload | undefined {
    const publication = this.#parts.archive.find(origin, tag, digest)
    return publication !== undefined && mayRead(publication, asker) ? publication.payload : undefined
  }

  async #whenAnnounced(
    { origin, tag }: AskRequest,
    asker: PeerId,
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    const { describe, limits } = this.#options
    const isHeld = Math.abs(tag.step - this.#step) <= limits.window
    if (origin !== this.self || describe(tag) === undefined || !isHeld) return undefined
    const answer = await this.#parts.outbox.whenAnswered(asker, tag, { signal })
    const publication = await this.#parts.press.answered(tag, answer)
    allow(publication, asker)
    return announcementOf(publication, this.#wire.inlineLimit)
  }

  #assertMember(peer: PeerId): void {
    if (!this.members.some((member) => member.peer === peer))
      throw meshError({ code: 'MESH_NOT_A_MEMBER', peer })
  }
}

function allow({ readers }: Publication, peer: PeerId): void {
  if (readers !== 'all') readers.add(peer)
}
