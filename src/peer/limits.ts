/**
 * Everything that strangers and members can press on at a peer, with its bound. Each constant says why it is what it is and
 * how it relates to others; `checkLimits` holds the relations. docs/LIMITS.md is the same list for operators.
 */

import { chunkBytes, defaultInlineLimit, maxAnnouncementBytes } from '../gossip/limits.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import { peerError } from './errors.ts'

/** What may differ between swarms; the rest are constants below. */
export interface WireLimits {
  /**
   * Payloads up to this many bytes travel inside their announcement.
   * @default 65,536
   */
  readonly inlineLimit: number
  /**
   * A server that was asked for a payload and has not sent it whole after this long gets company: the next server is asked
   * too, and, where that takes twice as long, another. So k liars before an honest server hold up a pull by (2^k - 1) times
   * as much, which the deadline must allow for; and a busy machine is not asked to carry everything many times.
   * @default 250 ms
   */
  readonly headStartMs: Milliseconds
  /**
   * A pull is given up, and its server blamed, after this long without a byte while the connection stands.
   * @default 2,000 ms
   */
  readonly stallMs: Milliseconds
  /**
   * A pull is given up, and nobody blamed, when a whole chunk takes longer than this; doubled after every round of servers
   * in which that happened, so that a slow link gets through in the end and who only trickles holds nobody up.
   * @default 4,000 ms
   */
  readonly patienceMs: Milliseconds
  /**
   * A request, or a frame of a direct stream, has to be complete this long after its stream was opened or the last frame
   * came; and who is sent something has to take a piece of it this often.
   * @default 10,000 ms
   */
  readonly frameTimeoutMs: Milliseconds
}

export const defaultWireLimits: WireLimits = {
  inlineLimit: defaultInlineLimit,
  headStartMs: 250,
  stallMs: 2_000,
  patienceMs: 4_000,
  frameTimeoutMs: 10_000,
}

/** What a host puts up with, whoever is at the other end. */
export interface HostLimits {
  /**
   * How long a connection may take from its first byte to the end of the Noise and yamux negotiation.
   * @default 5,000 ms
   */
  readonly handshakeTimeoutMs: Milliseconds
  /**
   * A stranger without an admission stream is disconnected after this long.
   * @default 10,000 ms
   */
  readonly strangerIdleMs: Milliseconds
  /**
   * A member that is connected for this long without a gossip stream is introduced to gossip anew.
   * @default 3,000 ms
   */
  readonly gossipPatienceMs: Milliseconds
}

export const defaultHostLimits: HostLimits = {
  handshakeTimeoutMs: 5_000,
  strangerIdleMs: 10_000,
  gossipPatienceMs: 3_000,
}

/**
 * Pulls, and likewise waiting questions, that one member may have in flight here. A peer that keeps to `maxOpenRequests`
 * towards each other member stays at half of it, so that streams which are closing are never held against it.
 */
export const maxServedRequests = 64
export const maxOpenRequests = maxServedRequests / 2

/** Streams that libp2p lets one connection open for a protocol: more than we serve, so that the refusal is ours to word. */
export const maxPullStreams = 2 * maxServedRequests + 16
export const maxDirectStreams = 32

/** Streams for agreeing on a key of datagrams: one is open at a time, and one may be closing. */
export const maxDatagramStreams = 4

/**
 * Streams of any protocol that one connection may have open, and may open before the other side is done with the handshake:
 * pulls, direct streams, and room for gossip, identify, admission and what is being negotiated. libp2p's default of 10 early
 * streams would cut off a member that comes back and asks for everything that it missed.
 */
export const maxStreamsPerConnection = 256

/** The largest frame of an answer to a pull: one chunk, or the hashes of the largest payload and a status byte. */
export const maxAnswerBytes = chunkBytes + 1

/**
 * The largest gossipsub RPC. An answer to IWANT carries several messages in one; 8 MiB hold more than a hundred inline
 * payloads. Beyond it, the stream is closed before the frame is read.
 */
export const maxGossipRpcBytes = 8 << 20

/** What gossipsub may queue for a member that does not read: then its stream is closed, and it catches up later. */
export const maxGossipQueueBytes = 16 << 20

/** What a member missed is sent again this long after sending it failed, while it is connected. */
export const catchUpRetryMs: Milliseconds = 1_000

/** Pauses between rounds of asking: the first, doubled each time up to the last. A member that arrives ends a pause. */
export const firstPauseMs: Milliseconds = 50
export const lastPauseMs: Milliseconds = 2_000

/** Connections that all strangers together may hold open; the next one is refused. */
export const maxStrangers = 16

/** Both sides may dial at the same moment, and once more while the old connections are being given up. */
export const maxConnectionsPerMember = 4

/** 256 members (roster.ts) with two connections each, and the strangers. */
export const maxConnections = 2 * 256 + maxStrangers

/**
 * Connections in the middle of their handshake. libp2p's default of 10 lets ten sockets that say nothing lock everybody
 * out for the whole handshake timeout.
 */
export const maxPendingHandshakes = 64

/**
 * New connections per second and host. libp2p's default of 5 resets the sixth: peers of a swarm on one machine, or behind
 * one address, that all start at once would be cut off.
 */
export const maxConnectionsPerSecondPerHost = 64

/** Distinct (peer, kind) pairs of faults that are counted: every kind for every member of the largest swarm. */
export const maxCountedFaults = 8192

/**
 * How many bytes of datagrams a second one member may be sent by all others together: each takes an equal part of it. They do
 * not see each other's, nobody slows them down, and what a busy receiver has no room for is lost. To take one of 1,200 bytes
 * off the socket, open and judge it costs some 50 us, so this is what one thread can do when it does nothing else.
 */
export const datagramBytesPerSecond = 16 << 20

/**
 * Room for datagrams that a receiver asks of its system: a quarter of a second of them. Linux gives a few hundred KiB unless
 * net.core.rmem_max allows more.
 */
export const datagramBufferBytes = 4 << 20

/** Bytes that a socket may have accepted and not sent: beyond it nothing is sent until it has caught up. */
export const maxDatagramBacklogBytes = 1 << 20

/** Faults by datagram after which no more are taken under a key. An honest member commits none. */
export const maxDatagramFaults = 64

if (maxPullStreams + maxDirectStreams + maxDatagramStreams > maxStreamsPerConnection)
  throw new Error('a connection must have room for the streams of every protocol')

/** Refuses limits that cannot work together: PEER_BAD_LIMITS. */
export function checkLimits(limits: WireLimits): void {
  const { inlineLimit, headStartMs, stallMs, patienceMs, frameTimeoutMs } = limits
  const refuse = (reason: string) => peerError({ code: 'PEER_BAD_LIMITS', reason })
  if (!Number.isInteger(inlineLimit) || inlineLimit < 0) throw refuse('inlineLimit is a number of bytes')
  if (maxAnnouncementBytes(inlineLimit) > chunkBytes)
    throw refuse(`an announcement with ${inlineLimit} bytes inline is larger than a chunk`)
  if (!(headStartMs > 0)) throw refuse('headStartMs is positive')
  if (!(stallMs > 0 && patienceMs >= stallMs))
    throw refuse('patienceMs is at least stallMs, and both are positive')
  if (!(frameTimeoutMs > 0)) throw refuse('frameTimeoutMs is positive')
}
