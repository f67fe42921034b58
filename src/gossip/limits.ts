/** Bounds of the wire format, with the reason of each and their relation to one another. docs/LIMITS.md lists them. */
import { maxTagLength } from '../mesh/tag.ts'

/** Bytes of a SHA-256 digest. */
export const digestBytes = 32

/** Bytes of an Ed25519 signature. */
export const signatureBytes = 64

/**
 * Payloads are hashed and checked in chunks of this size: what a lying relay can make a peer take in vain. Larger chunks
 * cost more when one is wrong, smaller ones cost hashes to send: 32 bytes in 1 MiB are 0.003 %.
 */
export const chunkBytes = 1 << 20

/** An Ed25519 peer id has 52 characters; the longest that libp2p makes stay below this. */
export const maxPeerIdLength = 64

/**
 * A payload up to this size travels inside its announcement. Beyond it, a pull's round trip costs less than sending the
 * payload over every edge of the gossip mesh.
 * @default 65,536 bytes
 */
export const defaultInlineLimit = 64 * 1024

/** The largest signed part of an announcement: its fixed fields and the longest peer id and tag. */
export const maxSignedBytes =
  1 + 2 * digestBytes + 8 + 1 + maxPeerIdLength + 1 + maxTagLength + signatureBytes

/** The largest announcement on the wire: signed part, flags, payload. Checked before anything is decoded. */
export function maxAnnouncementBytes(inlineLimit: number): number {
  return maxSignedBytes + 1 + inlineLimit
}

/** The largest request of the pull protocol: kind, origin, tag, digest, first chunk. */
export const maxRequestBytes = 1 + 1 + maxPeerIdLength + 1 + maxTagLength + digestBytes + 4

/** The largest number of chunks in a payload: its hashes (1 MiB) then fit into a frame as large as a chunk. */
export const maxChunks = chunkBytes / digestBytes

/** The largest payload that can be announced at all: 32 GiB. What a tag allows is far below. */
export const maxPayloadBytes = maxChunks * chunkBytes

/**
 * The largest datagram: what UDP over IPv4 can carry, 65,535 bytes less its own 8 and those of the IP header, 20. What is
 * longer than a packet of the network travels in fragments, of which none may get lost: 1,200 bytes of payload stay below.
 */
export const maxDatagramBytes = 65_507

/**
 * How far a datagram may come behind the newest one under its key and still be taken. Paths that reorder do so by a few
 * dozen; a bit is kept for each, 512 bytes in all.
 */
export const replayWindow = 4_096
