/**
 * The mesh over libp2p. What is said to all goes by gossip as a signed announcement, with a small payload inside; a large
 * one is pulled, chunk by chunk, from whoever has it. What is said to some goes to them over direct streams.
 *
 * This file only holds the parts together. The way of a payload: press, voice, gossip-link and direct-protocol (out);
 * reception, fetcher and pull-client (in); pull-server and questions (for those who ask).
 */
import { randomBytes } from 'node:crypto'
import { claimOf } from '../gossip/envelope.ts'
import type { AskRequest, PullRequest } from '../gossip/pull-frames.ts'
import { protocolId } from '../gossip/wire.ts'
import { meshError } from '../mesh/errors.ts'
import { type Fault, verdictOf } from '../mesh/fault.ts'
import { type Evidence, Inbox, type InboxLimits } from '../mesh/inbox.ts'
import type { Delivery, Describe, Member, Mesh, PeerId, PublishOptions, Step } from '../mesh/mesh.ts'
import { type Offer, Outbox } from '../mesh/outbox.ts'
import { formatTag, type Tag, type TagPattern } from '../mesh/tag.ts'
import { randomFrom } from '../util/prng.ts'
import { Archive, mayRead, type Publication } from './archive.ts'
import { directReceiver } from './direct-protocol.ts'
import { peerError } from './errors.ts'
import { type FaultCount, FaultLog } from './fault-log.ts'
import { Fetcher } from './fetcher.ts'
import { GossipLink } from './gossip-link.ts'
import type { Host } from './host.ts'
import { Lag } from './lag.ts'
import {
  checkLimits,
  defaultWireLimits,
  maxDirectStreams,
  maxPullStreams,
  type WireLimits,
} from './limits.ts'
import { Links } from './links.ts'
import { verifierOf } from './member-keys.ts'
import { Presence } from './presence.ts'
import { announcementOf, Press } from './press.ts'
import { PullServer } from './pull-server.ts'
import { Questions } from './questions.ts'
import { Reception } from './reception.ts'
import { systemClock } from './system-clock.ts'
import { type Bytes, TransferClock } from './traffic.ts'
import type { Payload } from './transfer.ts'
import { Voice } from './voice.ts'

export interface Libp2pMeshOptions {
  /** Its members are admitted already: `host.admit`. */
  readonly host: Host
  readonly roster: { readonly digest: Uint8Array; readonly members: readonly Member[] }
  readonly describe: Describe
  readonly limits: InboxLimits
  readonly wire?: Partial<WireLimits>
  /** Members that may lie. */
  readonly f: number
  /** Told of every fault, as often as peers like: limit the rate of what it writes. */
  readonly onFault?: (fault: Fault) => void
  /** Told of what was dropped and held against nobody: replays, and what is too old or too far ahead. For counting. */
  readonly onDropped?: (dropped: Fault) => void
  /** Told once when more than f members have provably spoken of steps beyond the window; `step` is where they are. */
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
  readonly random = randomFrom(() => randomBytes(4).readUInt32LE())
  readonly #options: Libp2pMeshOptions
  readonly #wire: WireLimits
  readonly #inbox: Inbox
  readonly #outbox: Outbox
  readonly #archive: Archive
  readonly #press: Press
  readonly #presence: Presence
  readonly #fetcher: Fetcher
  readonly #reception: Reception
  readonly #voice: Voice
  readonly #questions: Questions
  readonly #faults = new FaultLog()
  readonly #lag: Lag
  readonly #transfers = new TransferClock()
  readonly #closing = new AbortController()
  #gossip: GossipLink | undefined
  #step: Step = 0

  constructor(options: Libp2pMeshOptions, wire: WireLimits) {
    const { host, roster, describe, limits, f, onTooFarBehind = () => {} } = options
    const { self, sign } = host
    const { inlineLimit } = wire
    const { random } = this
    const blame = (fault: Fault) => this.blame(fault)
    this.self = self
    this.members = [...roster.members].sort((a, b) => (a.peer < b.peer ? -1 : 1))
    this.#options = options
    this.#wire = wire
    const inbox = new Inbox(describe, limits)
    const outbox = new Outbox(limits.window)
    const archive = new Archive(limits.window)
    const press = new Press({ self, rosterDigest: roster.digest, sign, describe, archive })
    const links = new Links(host, roster.members, wire.frameTimeoutMs)
    const presence = new Presence(host, roster.members, (peer) => void this.#voice.catchUp(peer))
    const clock = this.#transfers
    const fetcher = new Fetcher({ self, links, presence, describe, random, limits: wire, clock, blame })
    this.#lag = new Lag(f, onTooFarBehind)
    this.#reception = new Reception({
      court: { roster: roster.digest, inlineLimit, verify: verifierOf(roster.members), describe },
      inbox,
      archive,
      fetcher,
      blame,
      onDropped: options.onDropped ?? (() => {}),
      passOn: (publication) => void this.#voice.toAll(publication),
      onAhead: (peer, step) => this.#lag.heard(peer, step, this.#step + limits.window),
    })
    const { signal } = this.#closing
    const announce = async (announcement: Uint8Array) =>
      (await this.#gossip?.announce(announcement)) ?? new Set()
    this.#voice = new Voice({ self, inlineLimit, links, presence, outbox, archive, press, announce, signal })
    this.#questions = new Questions({ links, presence, reception: this.#reception, limits: wire, blame })
    this.#inbox = inbox
    this.#outbox = outbox
    this.#archive = archive
    this.#press = press
    this.#presence = presence
    this.#fetcher = fetcher
  }

  /** Begins to listen. Called once, by `createLibp2pMesh`. */
  async open(): Promise<void> {
    const { host, roster } = this.#options
    const { gater, node } = host
    const server = new PullServer({
      frameTimeoutMs: this.#wire.frameTimeoutMs,
      shelves: {
        find: (request, asker) => this.#find(request, asker),
        whenAnnounced: (request, asker, signal) => this.#whenAnnounced(request, asker, signal),
      },
      blame: (fault) => this.blame(fault),
      during: (transfer) => this.#transfers.during(transfer),
    })
    const receive = directReceiver({
      limits: this.#wire,
      take: (announcement, by) => this.#reception.take(announcement, { by, via: 'direct' }) !== 'reject',
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
      take: (announcement, by) => this.#reception.take(announcement, { by, via: 'gossip' }),
      onJoined: (peer) => void this.#voice.catchUp(peer),
    })
    await introduce(host)
  }

  async publish(tag: Tag, payload: Uint8Array, { to }: PublishOptions = {}): Promise<void> {
    if (this.#closing.signal.aborted) throw meshError({ code: 'MESH_CLOSED' })
    const audience = this.#options.describe(tag)?.audience
    if (audience === undefined) throw meshError({ code: 'MESH_NO_DESCRIPTION', tag: formatTag(tag) })
    const recipients = to ?? this.members.map(({ peer }) => peer)
    for (const peer of recipients) this.#assertMember(peer)
    const said = this.#outbox.say(tag, payload, recipients)
    const publication = await this.#press.said(tag, said)
    for (const peer of recipients) allow(publication, peer)
    if (recipients.includes(this.self)) this.#hearMyself(publication)
    if (to === undefined && audience === 'all') await this.#voice.toAll(publication)
    else this.#voice.toSome(publication, recipients)
  }

  offer(tag: Tag, payload: Offer): void {
    this.#outbox.offer(tag, payload)
  }

  listen(pattern: TagPattern, options: { readonly signal: AbortSignal }): AsyncIterable<Delivery> {
    return this.#inbox.listen(pattern, options)
  }

  async ask(peer: PeerId, tag: Tag, { signal }: { readonly signal: AbortSignal }): Promise<Uint8Array> {
    if (this.#closing.signal.aborted) throw meshError({ code: 'MESH_CLOSED' })
    this.#assertMember(peer)
    signal.throwIfAborted()
    if (peer === this.self) return this.#outbox.whenAnswered(peer, tag, { signal })
    return this.#questions.ask(peer, tag, AbortSignal.any([signal, this.#closing.signal]))
  }

  presence({ signal }: { readonly signal: AbortSignal }): AsyncIterable<ReadonlySet<PeerId>> {
    return this.#presence.watch(signal)
  }

  blame(fault: Fault): void {
    this.#faults.add(fault)
    this.#options.onFault?.(fault)
  }

  advance(step: Step): void {
    const { window } = this.#options.limits
    this.#step = Math.max(this.#step, step)
    this.#inbox.advance(step)
    this.#outbox.advance(step)
    this.#archive.advance(this.#step)
    this.#fetcher.forgetBefore(this.#step - window)
  }

  /** Bytes that crossed the sockets since the host was made, and the time that pulls took since the mesh was. */
  traffic(): Traffic {
    return { ...this.#options.host.bytes(), transferMs: this.#transfers.totalMs }
  }

  /** What peers did wrong, counted by peer and kind. */
  faults(): readonly FaultCount[] {
    return this.#faults.counts()
  }

  /** The first proven equivocation of each peer: two announcements that it signed. */
  evidence(): readonly Evidence[] {
    return this.#inbox.evidence
  }

  /** Leaves the swarm's protocols; the host stays up. Whoever still asks or fetches is told MESH_CLOSED, or nothing. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(meshError({ code: 'MESH_CLOSED' }))
    this.#gossip?.close()
    this.#presence.close()
    this.#fetcher.close()
    await this.#options.host.node.unhandle([protocolId('pull'), protocolId('direct')])
  }

  #hearMyself({ envelope, signed, payload }: Publication): void {
    const verdict = this.#inbox.claim(claimOf({ envelope, signed }))
    if (verdict === 'accept' && payload !== undefined)
      this.#inbox.deliver(this.self, envelope.tag, payload.bytes)
    else if (verdict !== 'accept' && verdictOf(verdict) === 'reject')
      this.blame({ peer: this.self, kind: verdict, tag: envelope.tag })
  }

  #find({ origin, tag, digest }: PullRequest, asker: PeerId): Payload | undefined {
    const publication = this.#archive.find(origin, tag, digest)
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
    const answer = await this.#outbox.whenAnswered(asker, tag, { signal })
    const publication = await this.#press.answered(tag, answer)
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

/**
 * Makes gossipsub look again at members that connected while they were strangers, and were refused its streams: it learns
 * of peers by identify. Where this fails, a member is reached directly until it reconnects.
 */
async function introduce({ node, gater }: Host): Promise<void> {
  const connections = node.getConnections().filter(({ remotePeer }) => gater.isMember(remotePeer.toString()))
  await Promise.allSettled(connections.map((connection) => node.services.identify.identify(connection)))
}
