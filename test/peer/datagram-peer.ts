/** A member that has a key of datagrams like any other, and a socket from which it sends whatever it likes. */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Connection, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { decode, encode } from 'it-length-prefixed'
import { sealDatagram, type Unsealed } from '../../src/gossip/datagram.ts'
import { decodeInvitation, encodeInvitation, type Invitation } from '../../src/gossip/datagram-key-frames.ts'
import { protocolId } from '../../src/gossip/wire.ts'
import { createHost, type Host } from '../../src/peer/host.ts'
import type { Key } from './loopback.ts'

export class DatagramPeer {
  readonly host: Host
  readonly #socket: Socket
  readonly #key: KeyObject
  readonly #invitation: Promise<Invitation>
  counter = 0

  private constructor(host: Host, socket: Socket, bytes: Uint8Array) {
    this.host = host
    this.#socket = socket
    this.#key = createSecretKey(bytes)
    const { promise, resolve } = Promise.withResolvers<Invitation>()
    this.#invitation = promise
    void host.node.handle(protocolId('datagram'), (stream) => answerWith(stream, bytes, resolve))
  }

  /** Starts it and connects it to its victim, which invites it; `answer` is the key that it gives. */
  static async connect(
    { key }: Key,
    victim: Host,
    answer: Uint8Array = new Uint8Array(32),
  ): Promise<DatagramPeer> {
    const host = await createHost({ key, listen: [] })
    host.admit(() => true)
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const peer = new DatagramPeer(host, socket, answer)
    await host.node.dial(victim.addresses().map((address) => multiaddr(address)))
    return peer
  }

  async invited(): Promise<Invitation> {
    return this.#invitation
  }

  /** A datagram as it should be, under the next counter. */
  async sealed(said: Unsealed, counter = this.counter++): Promise<Uint8Array> {
    const { keyId } = await this.#invitation
    return sealDatagram(this.#key, { keyId, counter }, said)
  }

  async say(said: Unsealed): Promise<void> {
    await this.throw(await this.sealed(said))
  }

  /** Sends bytes to the victim's socket. */
  async throw(bytes: Uint8Array): Promise<void> {
    const { ports } = await this.#invitation
    await throwAt(this.#socket, ports.ip4, bytes)
  }

  /** Opens a stream of the protocol to the victim and writes this. */
  async write(...frames: readonly Uint8Array[]): Promise<Stream> {
    const [connection] = this.host.node.getConnections() as [Connection]
    const stream = await connection.newStream(protocolId('datagram'))
    for (const frame of frames) stream.send(frame)
    return stream
  }

  async invite(change: Partial<Invitation> = {}): Promise<Stream> {
    return this.write(encode.single(encodeInvitation({ ...(await this.#invitation), ...change })).subarray())
  }

  async close(): Promise<void> {
    this.#socket.close()
    await this.host.close()
  }
}

/** Resolves when the system has taken the bytes. */
export async function throwAt(socket: Socket, port: number, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    socket.send(bytes, port, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
  )
}

async function answerWith(
  stream: Stream,
  key: Uint8Array,
  onInvited: (invitation: Invitation) => void,
): Promise<void> {
  let invitation: Invitation | undefined
  try {
    for await (const frame of decode(stream)) {
      invitation = decodeInvitation(frame.subarray())
      stream.send(encode.single(key))
    }
  } catch {
    // The victim refused the key.
  }
  if (invitation !== undefined) onInvited(invitation)
  await stream.close().catch(() => {})
}
