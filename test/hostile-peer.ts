/**
 * A peer that breaks the rules below the mesh: it has a key of its own, a member's or a stranger's, opens real Noise
 * connections and sends what no honest peer would. For meshes and daemons alike: all it needs is an address and the roster.
 */
import { connect as connectSocket, type Socket } from 'node:net'
import type { Ed25519PrivateKey, Stream, StreamHandler } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { decode, encode } from 'it-length-prefixed'
import { copyOf } from '../src/gossip/byte-writer.ts'
import { chunkAt, chunkCount, hashPayload, rootOf } from '../src/gossip/chunks.ts'
import { type Envelope, encodeAnnouncement, signEnvelope } from '../src/gossip/envelope.ts'
import { decodeRequest, encodeAnswer, type PullRequest } from '../src/gossip/pull-frames.ts'
import { type ProtocolName, protocolId, topicOf } from '../src/gossip/wire.ts'
import type { PeerId } from '../src/mesh/mesh.ts'
import type { Tag } from '../src/mesh/tag.ts'
import { createHost, type Host } from '../src/peer/host.ts'
import { writeAll } from '../src/peer/stream-io.ts'
import { seededRandom } from '../src/util/prng.ts'

export interface HostileOptions {
  readonly key: Ed25519PrivateKey
  readonly rosterDigest: Uint8Array
  /** Addresses of the victim. */
  readonly victim: readonly string[]
}

/** What an announcement claims, where it is not the truth. */
export interface Forgery {
  readonly rosterDigest?: Uint8Array
  readonly digest?: Uint8Array
  readonly byteLength?: number
  /** Puts these bytes behind the announcement instead of the payload; undefined leaves them out. */
  readonly inline?: Uint8Array | undefined
}

/** How a served chunk goes out: as it should, as other bytes, or never. */
export type Tamper = (chunk: Uint8Array, index: number) => Uint8Array | 'stall'

export class HostilePeer {
  readonly self: PeerId
  readonly #host: Host
  readonly #rosterDigest: Uint8Array
  readonly #victim: readonly string[]
  readonly #sockets: Socket[] = []

  private constructor(host: Host, { rosterDigest, victim }: HostileOptions) {
    this.self = host.self
    this.#host = host
    this.#rosterDigest = rosterDigest
    this.#victim = victim
  }

  /** Starts a hostile peer and connects it to its victim. */
  static async connect(options: HostileOptions): Promise<HostilePeer> {
    const host = await createHost({ key: options.key, listen: [] })
    host.admit(() => true)
    const hostile = new HostilePeer(host, options)
    await hostile.dial()
    return hostile
  }

  /** Connects once more, beside the connections that are there. */
  async dial(): Promise<void> {
    await this.#host.node.dial(
      this.#victim.map((address) => multiaddr(address)),
      { force: true },
    )
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await this.#host.close()
  }

  /** A TCP connection that says nothing, not even who it is. Resolves when the victim has closed it. */
  async silentSocket(): Promise<void> {
    const address = this.#victim[0] ?? ''
    const [, host, port] = /^\/ip4\/([^/]+)\/tcp\/(\d+)/.exec(address) ?? []
    const socket = connectSocket({ host: host ?? '', port: Number(port) })
    this.#sockets.push(socket)
    socket.resume()
    await new Promise((resolve) => socket.once('close', resolve).once('error', () => {}))
  }

  /** A stream on which the first byte of a frame is sent and then nothing. */
  async halfOpenStream(protocol: ProtocolName): Promise<Stream> {
    const stream = await this.open(protocol)
    stream.send(Uint8Array.of(64))
    return stream
  }

  /** A frame of random bytes. */
  async randomFrame(protocol: ProtocolName, seed: number, length = 200): Promise<void> {
    await this.frame(protocol, seededRandom(seed, 'hostile').bytes(length))
  }

  /** Bytes that are not even a frame. */
  async randomBytes(protocol: ProtocolName, seed: number): Promise<void> {
    // A length of ten bytes with all their continuation bits set: no varint is so long.
    await this.bytes(protocol, new Uint8Array(10).fill(0xff), seededRandom(seed, 'hostile').bytes(500))
  }

  /** The beginning of a frame that says it is 1 GiB long, and 4 MiB of it, or as much as the victim takes. */
  async oversizedFrame(protocol: ProtocolName): Promise<void> {
    const oneGiB = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x04)
    const piece = new Uint8Array(64 * 1024)
    await this.bytes(protocol, oneGiB, ...Array.from({ length: 64 }, () => piece))
  }

  /** An announcement, true unless forged, over a direct stream. */
  async announce(tag: Tag, payload: Uint8Array, forgery: Forgery = {}): Promise<void> {
    await this.frame('direct', this.announcement(tag, payload, forgery))
  }

  /** Anything, by gossip, as soon as the victim is known to be in the topic and there is a stream to it. */
  async gossip(message: Uint8Array): Promise<void> {
    const topic = topicOf(this.#rosterDigest)
    const { gossip } = this.#host.node.services
    const streams = () => this.#host.node.getConnections().flatMap((connection) => connection.streams)
    const isReady = () =>
      gossip.getSubscribers(topic).length > 0 &&
      streams().some(({ direction, protocol }) => direction === 'outbound' && protocol.startsWith('/meshsub'))
    while (!isReady()) await new Promise((resolve) => setTimeout(resolve, 5))
    const { recipients } = await gossip.publish(topic, message)
    if (recipients.length === 0) throw new Error('gossip reached nobody')
  }

  announcement(tag: Tag, payload: Uint8Array, forgery: Forgery = {}): Uint8Array {
    const truth: Envelope = {
      roster: this.#rosterDigest,
      from: this.self,
      tag,
      digest: rootOf(hashPayload(payload), payload.byteLength),
      byteLength: payload.byteLength,
    }
    const { inline = 'inline' in forgery ? undefined : payload, rosterDigest = truth.roster } = forgery
    const { digest = truth.digest, byteLength = truth.byteLength } = forgery
    const signed = signEnvelope({ ...truth, roster: rosterDigest, digest, byteLength }, this.#host.sign)
    return encodeAnnouncement(signed, inline)
  }

  /** From now on pulls are answered with `payload`, chunk by chunk as `tamper` decides. */
  async serve(payload: Uint8Array, tamper: Tamper = (chunk) => chunk): Promise<void> {
    await this.#host.node.handle(protocolId('pull'), lyingServer(payload, tamper), { force: true })
  }

  async open(protocol: ProtocolName): Promise<Stream> {
    const [connection] = this.#host.node.getConnections().slice(-1)
    if (connection === undefined) throw new Error('the victim has hung up')
    return connection.newStream(protocolId(protocol), { maxOutboundStreams: 1_000 })
  }

  /** Sends one frame and leaves the stream to the victim. */
  async frame(protocol: ProtocolName, frame: Uint8Array): Promise<void> {
    await this.bytes(protocol, encode.single(frame).subarray())
  }

  async bytes(protocol: ProtocolName, ...pieces: readonly Uint8Array[]): Promise<void> {
    const stream = await this.open(protocol)
    await writeAll(stream, pieces, 60_000).catch(() => {})
    await stream.close().catch(() => {})
  }
}

/** A handler of the pull protocol that answers every pull with `payload`, chunk by chunk as `tamper` decides. */
export function lyingServer(payload: Uint8Array, tamper: Tamper): StreamHandler {
  const hashes = hashPayload(payload)
  return async (stream) => {
    const request = await requestOf(stream)
    if (request === undefined) return stream.abort(new Error('no pull'))
    await writeAll(stream, encode(answer(payload, hashes, request, tamper)), 60_000).catch(() => {})
  }
}

/** Ends early, and leaves the stream open, where `tamper` says to stall. */
function* answer(
  payload: Uint8Array,
  hashes: Uint8Array,
  { firstChunk }: PullRequest,
  tamper: Tamper,
): Generator<Uint8Array, void> {
  yield encodeAnswer('here', hashes)
  for (let i = firstChunk; i < chunkCount(payload.byteLength); i++) {
    const chunk = tamper(chunkAt(payload, i), i)
    if (chunk === 'stall') return
    yield chunk
  }
}

async function requestOf(stream: Stream): Promise<PullRequest | undefined> {
  for await (const frame of decode(stream)) {
    const request = decodeRequest(frame.subarray())
    return request?.kind === 'pull' ? request : undefined
  }
  return undefined
}

/** `bytes` with one bit turned over. */
export function flipped(bytes: Uint8Array): Uint8Array {
  const wrong = copyOf(bytes)
  wrong[0] = (wrong[0] ?? 0) ^ 1
  return wrong
}
