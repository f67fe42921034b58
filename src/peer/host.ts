/**
 * The host: one libp2p node over TCP, Noise, yamux, identify and gossipsub, its doors guarded by the gater. It knows no
 * roster: `admit` tells it who the members are, and admission and the mesh bring their own protocols.
 */
import { createPrivateKey, sign } from 'node:crypto'
import { type GossipSub, gossipsub } from '@chainsafe/libp2p-gossipsub'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { type Identify, identify } from '@libp2p/identify'
import type { Ed25519PrivateKey, Libp2p, PeerId as Libp2pPeerId } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import type { Sign } from '../gossip/envelope.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { peerError, type Refusal } from './errors.ts'
import { Gater } from './gater.ts'
import { gossipSettings } from './gossip-settings.ts'
import {
  defaultHostLimits,
  type HostLimits,
  maxConnections,
  maxConnectionsPerSecondPerHost,
  maxPendingHandshakes,
  maxStreamsPerConnection,
} from './limits.ts'
import { membersRegistrar } from './members-registrar.ts'
import { type Bytes, SocketMeter } from './traffic.ts'

export interface HostOptions {
  readonly key: Ed25519PrivateKey
  /** Multiaddrs to listen on: `/ip4/0.0.0.0/tcp/4001`. Port 0 takes a free one. */
  readonly listen: readonly string[]
  /** Multiaddrs to tell others instead of those listened on. */
  readonly announce?: readonly string[]
  /** Told of every connection and stream that was refused. Called as often as strangers like: limit its rate. */
  readonly onRefused?: (refusal: Refusal) => void
  readonly limits?: Partial<HostLimits>
}

type Services = { identify: Identify; gossip: GossipSub }

export interface Host {
  readonly self: PeerId
  readonly node: Libp2p<Services>
  readonly gater: Gater
  readonly meter: SocketMeter
  /** Multiaddrs that it was told to listen on. */
  readonly listen: readonly string[]
  /** Topics under which messages are taken in. */
  readonly openTopics: Set<string>
  /** Signs with this peer's key (Ed25519). */
  readonly sign: Sign
  /** Where this peer can be reached: multiaddrs that end in its peer id. */
  addresses(): readonly string[]
  /** From now on whoever `isMember` names is a member: reaches every protocol, and stays connected. */
  admit(isMember: (peer: PeerId) => boolean): void
  /** Makes gossip known to members that connected while they were strangers, and were refused its streams. */
  introduce(): Promise<void>
  /** Bytes that crossed the sockets of this host, Noise and framing included. */
  bytes(): Bytes
  close(): Promise<void>
}

/** Starts a host. Rejects with PEER_CANNOT_LISTEN. */
export async function createHost(options: HostOptions): Promise<Host> {
  const meter = new SocketMeter()
  const openTopics = new Set<string>()
  const limits: HostLimits = { ...defaultHostLimits, ...options.limits }
  const { strangerIdleMs } = limits
  const gater = new Gater({ strangerIdleMs, meter, onRefused: options.onRefused ?? (() => {}) })
  const node = await createNode(options, limits, gater, openTopics)
  node.addEventListener('connection:open', ({ detail }) => {
    if (detail.direction === 'inbound' && !gater.isMember(detail.remotePeer.toString()))
      gater.watchStranger(detail)
  })
  // Gossip has one stream to a member; where that went down with one of two connections, the other one has to do.
  node.addEventListener('connection:close', ({ detail }) => void introduce(node, gater, detail.remotePeer))
  // Identify keeps what strangers say of themselves, and there is no end of strangers.
  node.addEventListener('peer:disconnect', ({ detail }) => {
    if (!gater.isMember(detail.toString())) void node.peerStore.delete(detail).catch(() => {})
  })
  try {
    await node.start()
  } catch (cause) {
    await node.stop()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw peerError({ code: 'PEER_CANNOT_LISTEN', addresses: options.listen.join(', '), reason }, { cause })
  }
  return {
    self: node.peerId.toString(),
    node,
    gater,
    meter,
    listen: options.listen,
    openTopics,
    sign: signer(options.key),
    addresses: () => node.getMultiaddrs().map((address) => address.toString()),
    admit: (isMember) => gater.admit(isMember),
    introduce: () => introduce(node, gater),
    bytes: () => meter.bytes(),
    async close() {
      gater.close()
      await node.stop()
    },
  }
}

function createNode(
  { key, listen, announce = [] }: HostOptions,
  { handshakeTimeoutMs, gossipPatienceMs }: HostLimits,
  gater: Gater,
  openTopics: ReadonlySet<string>,
) {
  return createLibp2p<Services>({
    start: false,
    privateKey: key,
    addresses: { listen: [...listen], announce: [...announce] },
    transports: [tcp()],
    // Noise alone: a peer that offers nothing better than plaintext is not talked to.
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({ maxInboundStreams: maxStreamsPerConnection, maxEarlyStreams: maxStreamsPerConnection }),
    ],
    connectionGater: gater,
    connectionManager: {
      maxConnections,
      inboundConnectionThreshold: maxConnectionsPerSecondPerHost,
      maxIncomingPendingConnections: maxPendingHandshakes,
      inboundUpgradeTimeout: handshakeTimeoutMs,
      // connections.ts redials, for as long as it takes.
      reconnectRetries: 0,
    },
    // A machine that trains may leave a ping lying for seconds; a connection is given up on for better reasons.
    connectionMonitor: { pingInterval: 10_000, pingTimeout: { minTimeout: 15_000 } },
    services: {
      identify: identify(),
      gossip: (components) =>
        gossipsub(gossipSettings(openTopics))({
          privateKey: components.privateKey,
          peerId: components.peerId,
          peerStore: components.peerStore,
          connectionManager: components.connectionManager,
          logger: components.logger,
          registrar: membersRegistrar({
            registrar: components.registrar,
            connections: components.connectionManager,
            gater,
            gossipPatienceMs,
          }),
        }),
    },
  })
}

/**
 * Identifies members once more over the connections that stand: gossipsub learns of peers by identify alone. Where this
 * fails, a member is reached by direct streams until it reconnects.
 */
async function introduce(node: Libp2p<Services>, gater: Gater, peer?: Libp2pPeerId): Promise<void> {
  const connections = node
    .getConnections(peer)
    .filter(({ status, remotePeer }) => status === 'open' && gater.isMember(remotePeer.toString()))
  await Promise.allSettled(connections.map((connection) => node.services.identify.identify(connection)))
}

/** Signs with a key object made once: libp2p makes one for every signature. */
function signer(key: Ed25519PrivateKey): Sign {
  const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  const jwk = {
    kty: 'OKP',
    crv: 'Ed25519',
    d: base64url(key.raw.subarray(0, 32)),
    x: base64url(key.publicKey.raw),
  }
  const secret = createPrivateKey({ format: 'jwk', key: jwk })
  return (message) => sign(null, message, secret)
}
