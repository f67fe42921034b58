/**
 * Keys of datagrams: one a direction for each connection with a member, and they die with it. A member with two connections
 * has two of each, and is sent to under the youngest.
 */
import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Connection } from '@libp2p/interface'
import { ReplayWindow } from '../gossip/replay-window.ts'
import type { PeerId } from '../mesh/mesh.ts'
import type { Endpoint } from './datagram-endpoint.ts'

/** Under which a member sends to this peer. */
export interface ReceivingKey {
  readonly name: string
  readonly peer: PeerId
  readonly key: KeyObject
  readonly window: ReplayWindow
  /** Faults that were sealed under it. */
  faults: number
}

/** Under which this peer sends to a member. */
export interface SendingKey {
  readonly keyId: Uint8Array
  readonly key: KeyObject
  readonly to: Endpoint
  /** How many datagrams were sealed under it. */
  counter: number
}

export class DatagramKeys {
  readonly #receiving = new Map<string, ReceivingKey>()
  readonly #names = new Map<Connection, string>()
  readonly #sending = new Map<PeerId, Map<Connection, SendingKey>>()

  /** From now on datagrams under this key are from the member at the other end. */
  receive(connection: Connection, keyId: Uint8Array, bytes: Uint8Array): void {
    // Of a connection that is closed nobody would forget the key.
    if (connection.status !== 'open') return
    this.#receiving.delete(this.#names.get(connection) ?? '')
    const name = nameOf(keyId)
    const peer: PeerId = connection.remotePeer.toString()
    this.#names.set(connection, name)
    this.#receiving.set(name, {
      name,
      peer,
      key: createSecretKey(bytes),
      window: new ReplayWindow(),
      faults: 0,
    })
  }

  /** From now on the member at the other end is sent to under this key. */
  send(connection: Connection, keyId: Uint8Array, bytes: Uint8Array, to: Endpoint): void {
    if (connection.status !== 'open') return
    const peer: PeerId = connection.remotePeer.toString()
    const ofPeer = this.#sending.get(peer) ?? new Map<Connection, SendingKey>()
    this.#sending.set(peer, ofPeer)
    // Deleted first, so that the youngest is the last.
    ofPeer.delete(connection)
    ofPeer.set(connection, { keyId, key: createSecretKey(bytes), to, counter: 0 })
  }

  receivingKey(keyId: Uint8Array): ReceivingKey | undefined {
    return this.#receiving.get(nameOf(keyId))
  }

  /** The youngest key under which `peer` can be sent to. */
  sendingKey(peer: PeerId): SendingKey | undefined {
    let youngest: SendingKey | undefined
    for (const key of this.#sending.get(peer)?.values() ?? []) youngest = key
    return youngest
  }

  sentTo(): readonly PeerId[] {
    return [...this.#sending.keys()]
  }

  /** Nothing more is taken under this key. */
  revoke({ name }: ReceivingKey): void {
    this.#receiving.delete(name)
  }

  forget(connection: Connection): void {
    this.#receiving.delete(this.#names.get(connection) ?? '')
    this.#names.delete(connection)
    const peer: PeerId = connection.remotePeer.toString()
    const ofPeer = this.#sending.get(peer)
    ofPeer?.delete(connection)
    if (ofPeer?.size === 0) this.#sending.delete(peer)
  }

  clear(): void {
    this.#receiving.clear()
    this.#names.clear()
    this.#sending.clear()
  }
}

function nameOf(keyId: Uint8Array): string {
  return Buffer.from(keyId.buffer, keyId.byteOffset, keyId.byteLength).toString('latin1')
}
