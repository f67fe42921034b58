/**
 * Who may connect, and who may open what. Members may do everything. Strangers may hold a few connections for a short
 * time, and open nothing but identify and the bounded admission protocol, so that they can be told in words why they
 * are not let in.
 */
import type {
  Connection,
  ConnectionGater,
  PeerId as Libp2pPeerId,
  MultiaddrConnection,
  StreamHandler,
} from '@libp2p/interface'
import { CODE_TCP } from '@multiformats/multiaddr'
import { protocolId } from '../gossip/wire.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import type { PeerId } from '../mesh/mesh.ts'
import type { Refusal } from './errors.ts'
import { maxConnectionsPerMember, maxStrangers } from './limits.ts'
import type { SocketMeter } from './traffic.ts'

export interface GaterOptions {
  readonly strangerIdleMs: Milliseconds
  readonly meter: SocketMeter
  readonly onRefused: (refusal: Refusal) => void
}

/** The address without the port: every socket of a host has another one, and would be another stranger. */
function hostOf({ remoteAddr }: MultiaddrConnection): string {
  return remoteAddr.decapsulateCode(CODE_TCP).toString()
}

export class Gater implements ConnectionGater {
  readonly #strangerIdleMs: Milliseconds
  readonly #meter: SocketMeter
  readonly #onRefused: (refusal: Refusal) => void
  #isMember: (peer: PeerId) => boolean = () => false
  #isSeated: (peer: PeerId) => boolean = () => false
  /** Inbound connections that are past their handshake, by peer. */
  readonly #inbound = new Map<PeerId, Set<MultiaddrConnection>>()
  readonly #proven = new WeakSet<MultiaddrConnection>()
  readonly #strangers = new Map<Connection, NodeJS.Timeout>()

  constructor({ strangerIdleMs, meter, onRefused }: GaterOptions) {
    this.#strangerIdleMs = strangerIdleMs
    this.#meter = meter
    this.#onRefused = onRefused
  }

  /** From now on, whoever `isMember` names is one. */
  admit(isMember: (peer: PeerId) => boolean): void {
    this.#isMember = isMember
  }

  /**
   * From now on, whoever `isSeated` names waits for admission in a place of its own: still a stranger in what it may open, but
   * not one of the `maxStrangers`, or a swarm could have no more members than that.
   */
  seat(isSeated: (peer: PeerId) => boolean): void {
    this.#isSeated = isSeated
  }

  isMember(peer: PeerId): boolean {
    return this.#isMember(peer)
  }

  readonly denyInboundConnection = (connection: MultiaddrConnection): boolean => {
    this.#meter.watch(connection)
    connection.addEventListener('close', () => {
      if (!this.#proven.has(connection))
        this.#onRefused({ code: 'PEER_NO_HANDSHAKE', address: hostOf(connection) })
    })
    return false
  }

  readonly denyInboundEncryptedConnection = (id: Libp2pPeerId, connection: MultiaddrConnection): boolean => {
    this.#proven.add(connection)
    const peer: PeerId = id.toString()
    const address = connection.remoteAddr.toString()
    const own = this.#inbound.get(peer) ?? new Set()
    if (own.size >= maxConnectionsPerMember) {
      this.#onRefused({ code: 'PEER_TOO_MANY_CONNECTIONS', peer, address })
      return true
    }
    if (!this.#isMember(peer) && this.#strangersConnected() >= maxStrangers) {
      this.#onRefused({ code: 'PEER_TOO_MANY_STRANGERS', peer, address })
      return true
    }
    own.add(connection)
    this.#inbound.set(peer, own)
    connection.addEventListener('close', () => {
      own.delete(connection)
      if (own.size === 0 && this.#inbound.get(peer) === own) this.#inbound.delete(peer)
    })
    return false
  }

  readonly denyOutboundEncryptedConnection = (_: Libp2pPeerId, connection: MultiaddrConnection): boolean => {
    this.#meter.watch(connection)
    return false
  }

  /** Sees to it that a stranger's connection ends, unless it asks for admission. For every inbound connection. */
  watchStranger(connection: Connection): void {
    const peer: PeerId = connection.remotePeer.toString()
    const timer = setInterval(() => {
      // Once the last answer is sent our direction of the stream is closed: whoever keeps its own open asks for nothing.
      const applies = connection.streams.some(
        ({ protocol, writeStatus }) => protocol === protocolId('admission') && writeStatus === 'writable',
      )
      if (applies && !this.#isMember(peer)) return
      forget()
      if (this.#isMember(peer)) return
      this.#onRefused({ code: 'PEER_IDLE_STRANGER', peer })
      connection.abort(new Error('a stranger that asks for nothing'))
    }, this.#strangerIdleMs)
    const forget = () => {
      clearInterval(timer)
      this.#strangers.delete(connection)
    }
    this.#strangers.set(connection, timer)
    connection.addEventListener('close', forget)
  }

  /** A handler that only members reach. */
  membersOnly(handler: StreamHandler): StreamHandler {
    return (stream, connection) => {
      const peer: PeerId = connection.remotePeer.toString()
      if (this.#isMember(peer)) return handler(stream, connection)
      this.#onRefused({ code: 'PEER_MEMBERS_ONLY', peer, protocol: stream.protocol })
      stream.abort(new Error('for members only'))
    }
  }

  close(): void {
    for (const timer of this.#strangers.values()) clearInterval(timer)
    this.#strangers.clear()
  }

  #strangersConnected(): number {
    let count = 0
    for (const [peer, connections] of this.#inbound)
      if (!this.#isMember(peer) && !this.#isSeated(peer)) count += connections.size
    return count
  }
}
