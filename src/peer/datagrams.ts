/**
 * Datagrams: what may get lost travels to members as one UDP datagram each, sealed under a key that was agreed on over Noise.
 *
 * Whatever comes at the socket is a stranger's until it verifies: it is dropped, counted, and nobody is blamed. What verifies
 * is its sender's to answer for. The address that a datagram comes from is never looked at: members behind a translator of
 * addresses can send all the same, and a forged address gains nothing.
 */
import { randomBytes } from 'node:crypto'
import type { Connection } from '@libp2p/interface'
import {
  decodeDatagramHeader,
  fitsDatagram,
  keyIdBytes,
  openDatagram,
  sealDatagram,
} from '../gossip/datagram.ts'
import type { Ports } from '../gossip/datagram-key-frames.ts'
import { protocolId } from '../gossip/wire.ts'
import type { Fault } from '../mesh/fault.ts'
import type { InboxLimits } from '../mesh/inbox.ts'
import type { Member, PeerId, Step } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import { DatagramKeys, type ReceivingKey } from './datagram-keys.ts'
import { type InvitedOptions, invite, invitedHandler } from './datagram-protocol.ts'
import { DatagramQueue, type Waiting } from './datagram-queue.ts'
import { type DatagramSockets, openDatagramSockets } from './datagram-sockets.ts'
import type { Host } from './host.ts'
import {
  datagramBytesPerSecond,
  firstPauseMs,
  lastPauseMs,
  maxDatagramFaults,
  maxDatagramStreams,
  type WireLimits,
} from './limits.ts'
import type { Presence } from './presence.ts'

export interface DatagramOptions {
  /** The port to tell others where a router forwards another one than is bound here. */
  readonly announcePort?: number
}

export interface DatagramStatus {
  /** Where datagrams are received; 0 for a family over which none are. */
  readonly ports: Ports
  /** Members that can be sent to, in no order. */
  readonly reached: readonly PeerId[]
  /** Datagrams that were handed to the system, and that came and verified. */
  readonly sent: number
  readonly taken: number
  readonly dropped: Readonly<Record<Drop, number>>
}

/**
 * Why a datagram was dropped. On its way out: its recipient was `away` or has gone away since; more waited for it than may
 * (`crowded`); its step had left the window before its turn (`late`); the system did not send it (`unsent`). On its way in:
 * it has no key of this peer (`strange`), came before or is too old to tell (`replayed`), or does not verify (`forged`).
 */
export type Drop = 'away' | 'crowded' | 'late' | 'unsent' | 'strange' | 'replayed' | 'forged'

export interface DatagramsParts {
  readonly host: Host
  readonly members: readonly Member[]
  readonly rosterDigest: Uint8Array
  readonly limits: InboxLimits
  readonly wire: WireLimits
  readonly presence: Presence
  readonly options: DatagramOptions
  /** Judges what `from` sealed; false where it is a fault. */
  readonly take: (opened: Uint8Array, from: PeerId) => boolean
  readonly blame: (fault: Fault) => void
  readonly signal: AbortSignal
}

export class Datagrams {
  readonly #parts: DatagramsParts
  readonly #peers: ReadonlySet<PeerId>
  readonly #keys = new DatagramKeys()
  readonly #queues = new Map<PeerId, DatagramQueue>()
  readonly #dropped: Record<Drop, number> = {
    away: 0,
    crowded: 0,
    late: 0,
    unsent: 0,
    strange: 0,
    replayed: 0,
    forged: 0,
  }
  #sockets: DatagramSockets | undefined
  #sent = 0
  #taken = 0

  constructor(parts: DatagramsParts) {
    this.#parts = parts
    this.#peers = new Set(parts.members.map(({ peer }) => peer).filter((peer) => peer !== parts.host.self))
  }

  /** Binds and begins to invite members. Rejects with PEER_CANNOT_LISTEN. */
  async open(): Promise<void> {
    const { host, rosterDigest, wire, blame } = this.#parts
    const { node, gater, listen, meter } = host
    const sockets = await openDatagramSockets({
      listen,
      meter,
      onDatagram: (bytes) => this.#receive(bytes),
      onUnsent: () => this.#drop('unsent'),
    })
    this.#sockets = sockets
    const onKey: InvitedOptions['onKey'] = (...key) => this.#keys.send(...key)
    const { ports } = sockets
    const timeoutMs = wire.frameTimeoutMs
    const invited = invitedHandler({ rosterDigest, ports, timeoutMs, onKey, blame })
    await node.handle(protocolId('datagram'), gater.membersOnly(invited), {
      maxInboundStreams: maxDatagramStreams,
      maxOutboundStreams: maxDatagramStreams,
    })
    node.addEventListener('connection:open', this.#onOpen)
    node.addEventListener('connection:close', this.#onClose)
    for (const connection of node.getConnections()) void this.#keepInviting(connection)
  }

  get status(): DatagramStatus {
    return {
      ports: this.#ports,
      reached: this.#keys.sentTo(),
      sent: this.#sent,
      taken: this.#taken,
      dropped: { ...this.#dropped },
    }
  }

  /** Whether a payload of this length can go to `peer` in one datagram now. */
  reaches(peer: PeerId, tag: Tag, byteLength: number): boolean {
    return this.#keys.sendingKey(peer) !== undefined && fitsDatagram(tag, byteLength)
  }

  /** Sends it once, when it is its turn; drops it where `peer` is away or more waits for it than may. */
  send(peer: PeerId, waiting: Waiting): void {
    if (this.#keys.sendingKey(peer) === undefined) this.#drop('away')
    else if (!this.#queueOf(peer).push(waiting)) this.#drop('crowded')
  }

  /** Drops what is older than `step` and still waits. */
  forgetBefore(step: Step): void {
    for (const queue of this.#queues.values()) this.#drop('late', queue.forgetBefore(step))
  }

  async close(): Promise<void> {
    const { node } = this.#parts.host
    node.removeEventListener('connection:open', this.#onOpen)
    node.removeEventListener('connection:close', this.#onClose)
    for (const queue of this.#queues.values()) queue.close()
    this.#keys.clear()
    await node.unhandle(protocolId('datagram'))
    await this.#sockets?.close()
  }

  readonly #onOpen = ({ detail }: CustomEvent<Connection>): void => void this.#keepInviting(detail)

  readonly #onClose = ({ detail }: CustomEvent<Connection>): void => this.#keys.forget(detail)

  /** Invites the member at the other end, until it answers or its connection ends: it may have no mesh yet. */
  async #keepInviting(connection: Connection): Promise<void> {
    const { presence, signal } = this.#parts
    if (!this.#peers.has(connection.remotePeer.toString())) return
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(2 * pauseMs, lastPauseMs)) {
      if (connection.status !== 'open' || !(await this.#inviteOnce(connection))) return
      await presence.pause(pauseMs, signal)
    }
  }

  /** Whether it is worth another try. */
  async #inviteOnce(connection: Connection): Promise<boolean> {
    const { rosterDigest, wire, options, blame } = this.#parts
    const { announcePort = 0 } = options
    const told = (port: number) => (port !== 0 && announcePort !== 0 ? announcePort : port)
    const ports: Ports = { ip4: told(this.#ports.ip4), ip6: told(this.#ports.ip6) }
    if (ports.ip4 === 0 && ports.ip6 === 0) return false
    const timeoutMs = wire.frameTimeoutMs
    const stream = await connection
      .newStream(protocolId('datagram'), { signal: AbortSignal.timeout(timeoutMs) })
      // Its connection broke, or it has no mesh yet.
      .catch(() => undefined)
    if (stream === undefined) return true
    const keyId = randomBytes(keyIdBytes)
    const onKey = (key: Uint8Array) => this.#keys.receive(connection, keyId, key)
    const reply = await invite(stream, { roster: rosterDigest, keyId, ports }, { timeoutMs, onKey })
    if (reply === 'agreed' || reply === 'declined') return false
    if (reply === 'gone') return true
    blame({ peer: connection.remotePeer.toString(), kind: reply })
    return false
  }

  get #ports(): Ports {
    return this.#sockets?.ports ?? { ip4: 0, ip6: 0 }
  }

  #queueOf(peer: PeerId): DatagramQueue {
    const before = this.#queues.get(peer)
    if (before !== undefined) return before
    const { limits } = this.#parts
    const queue = new DatagramQueue({
      limits,
      bytesPerMs: datagramBytesPerSecond / 1_000 / this.#peers.size,
      send: (waiting) => this.#sendNow(peer, waiting),
      isBusy: () => {
        const key = this.#keys.sendingKey(peer)
        return key !== undefined && this.#sockets?.isBusy(key.to.family) === true
      },
    })
    this.#queues.set(peer, queue)
    return queue
  }

  #sendNow(peer: PeerId, waiting: Waiting): number {
    const key = this.#keys.sendingKey(peer)
    if (key === undefined || this.#sockets === undefined) {
      this.#drop('away')
      return 0
    }
    const datagram = sealDatagram(key.key, { keyId: key.keyId, counter: key.counter++ }, waiting)
    this.#sockets.send(datagram, key.to)
    this.#sent += 1
    return datagram.byteLength
  }

  #receive(datagram: Uint8Array): void {
    const unsealed = this.#open(datagram)
    if (typeof unsealed === 'string') this.#drop(unsealed)
    else {
      this.#taken += 1
      const { key, opened } = unsealed
      if (!this.#parts.take(opened, key.peer)) this.#countFault(key)
    }
  }

  /** Cheapest check first; until the last one nobody can be blamed. */
  #open(datagram: Uint8Array): Drop | { readonly key: ReceivingKey; readonly opened: Uint8Array } {
    const header = decodeDatagramHeader(datagram)
    const key = header && this.#keys.receivingKey(header.keyId)
    if (header === undefined || key === undefined) return 'strange'
    if (!key.window.isFresh(header.counter)) return 'replayed'
    const opened = openDatagram(key.key, datagram)
    if (opened === undefined) return 'forged'
    key.window.add(header.counter)
    return { key, opened }
  }

  #countFault(key: ReceivingKey): void {
    key.faults += 1
    if (key.faults >= maxDatagramFaults) this.#keys.revoke(key)
  }

  #drop(why: Drop, count = 1): void {
    this.#dropped[why] += count
  }
}
