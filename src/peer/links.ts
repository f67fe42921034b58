/** Links: streams to members over the connections that stand. */
import type { PeerId as Libp2pPeerId, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { type ProtocolName, protocolId } from '../gossip/wire.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import type { Member, PeerId } from '../mesh/mesh.ts'
import { sendAnnouncements } from './direct-protocol.ts'
import type { Host } from './host.ts'

export class Links {
  readonly #host: Host
  readonly #frameTimeoutMs: Milliseconds
  readonly #ids: ReadonlyMap<PeerId, Libp2pPeerId>

  constructor(host: Host, members: readonly Member[], frameTimeoutMs: Milliseconds) {
    this.#host = host
    this.#frameTimeoutMs = frameTimeoutMs
    this.#ids = new Map(members.map(({ peer }) => [peer, peerIdFromString(peer)]))
  }

  /** A stream to `peer`, or undefined where it is not connected or does not answer in time. */
  async open(peer: PeerId, protocol: ProtocolName, timeoutMs: Milliseconds): Promise<Stream | undefined> {
    const id = this.#ids.get(peer)
    if (id === undefined) return undefined
    const connection = this.#host.node.getConnections(id).find(({ status }) => status === 'open')
    try {
      return await connection?.newStream(protocolId(protocol), { signal: AbortSignal.timeout(timeoutMs) })
    } catch {
      // Its connection broke, or it has no mesh yet: both end by themselves, and then it is tried again.
      return undefined
    }
  }

  /** Sends announcements straight to `peer`; false where they may not have arrived. */
  async send(peer: PeerId, announcements: Iterable<Uint8Array>): Promise<boolean> {
    const stream = await this.open(peer, 'direct', this.#frameTimeoutMs)
    if (stream === undefined) return false
    try {
      await sendAnnouncements(stream, announcements, this.#frameTimeoutMs)
      return true
    } catch {
      stream.abort(new Error('it did not take what was sent'))
      return false
    }
  }

  /** Whether `peer` answers at all: a stalled stream is then no accident of its machine or its line. */
  async isAnswering(peer: PeerId, timeoutMs: Milliseconds): Promise<boolean> {
    const stream = await this.open(peer, 'pull', timeoutMs)
    stream?.abort(new Error('only to see whether it answers'))
    return stream !== undefined
  }
}
