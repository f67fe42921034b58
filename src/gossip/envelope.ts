/**
 * The announcement: "I, a member of this roster, say under this tag a payload of this length with this digest", signed.
 * A small payload travels behind it; a larger one is pulled. The signed part is proof by itself: two that differ under
 * one tag show anyone that their sender equivocated.
 *
 *     offset  bytes  field
 *     0       1      wire version
 *     1       32     digest of the roster
 *     33      32     digest of the payload: the root over its chunks' hashes (chunks.ts)
 *     65      8      length of the payload in bytes, u64
 *     73      1      s, length of the sender's peer id: 1 to 64
 *     74      s      the sender's peer id
 *     74+s    1      t, length of the tag: 1 to 160
 *     75+s    t      the tag, as `formatTag` spells it
 *     75+s+t  64     Ed25519 signature over "medoid/announcement/1\n" and everything above
 *     ------------   up to here: the signed part
 *     139+s+t 1      flags: bit 0, the payload follows; the others are 0
 *     140+s+t        the payload, exactly as long as announced; nothing behind it
 *
 * Integers are little-endian. Flags are not signed, because who passes an announcement on may leave the payload out.
 */
import type { Claim } from '../mesh/inbox.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { formatTag, maxTagLength, parseTag, type Tag } from '../mesh/tag.ts'
import { decodeWith, Malformed } from './byte-reader.ts'
import { concat, copyOf, text, u8, u64 } from './byte-writer.ts'
import { digestBytes, maxPayloadBytes, maxPeerIdLength, signatureBytes } from './limits.ts'
import { wireVersion } from './wire.ts'

export interface Envelope {
  /** Digest of the roster, 32 bytes. */
  readonly roster: Uint8Array
  readonly from: PeerId
  readonly tag: Tag
  /** Digest of the payload, 32 bytes. */
  readonly digest: Uint8Array
  readonly byteLength: number
}

export interface Announcement {
  readonly envelope: Envelope
  /** The signed part, in a buffer of its own: kept as proof, and what is passed on. */
  readonly signed: Uint8Array
  /** The payload, where it came along: a view on the bytes that came. */
  readonly inline?: Uint8Array
}

/** Makes an Ed25519 signature with this peer's key. */
export type Sign = (message: Uint8Array) => Uint8Array

const prefix = Buffer.from('medoid/announcement/1\n', 'latin1')
const payloadFollows = 1
const peerIdGrammar = /^[A-Za-z0-9]+$/

/** The signed part of an announcement. */
export function signEnvelope(envelope: Envelope, sign: Sign): Uint8Array {
  const { roster, from, tag, digest, byteLength } = envelope
  const fields = concat(u8(wireVersion), roster, digest, u64(byteLength), text(from), text(formatTag(tag)))
  return concat(fields, sign(concat(prefix, fields)))
}

/** An announcement as it goes over the wire, with its payload where one is given. */
export function encodeAnnouncement(signed: Uint8Array, inline?: Uint8Array): Uint8Array {
  return inline === undefined ? concat(signed, u8(0)) : concat(signed, u8(payloadFollows), inline)
}

/** The announcement that `bytes` are, or undefined. Its signature is not checked here. */
export function decodeAnnouncement(bytes: Uint8Array): Announcement | undefined {
  return decodeWith(bytes, (reader) => {
    if (reader.u8() !== wireVersion) throw new Malformed()
    const roster = copyOf(reader.bytes(digestBytes))
    const digest = copyOf(reader.bytes(digestBytes))
    const byteLength = reader.u64()
    const from = reader.text(maxPeerIdLength)
    const tag = parseTag(reader.text(maxTagLength))
    reader.bytes(signatureBytes)
    const signed = copyOf(bytes.subarray(0, reader.offset))
    const flags = reader.u8()
    const inline = reader.rest()
    if (tag === undefined || !peerIdGrammar.test(from)) throw new Malformed()
    if (byteLength > maxPayloadBytes || flags > payloadFollows) throw new Malformed()
    if (inline.byteLength !== (flags === payloadFollows ? byteLength : 0)) throw new Malformed()
    const envelope: Envelope = { roster, from, tag, digest, byteLength }
    return flags === payloadFollows ? { envelope, signed, inline } : { envelope, signed }
  })
}

/** What an announcement claims: two with equal digests say the same thing. The signed part is the proof. */
export function claimOf({ envelope, signed }: Announcement): Claim {
  const { from, tag, digest, byteLength } = envelope
  return { from, tag, identity: Buffer.from(digest).toString('hex'), byteLength, proof: signed }
}

/** What the signature is over, and the signature, for whoever checks it. */
export function signatureOf(signed: Uint8Array): { message: Uint8Array; signature: Uint8Array } {
  const end = signed.byteLength - signatureBytes
  return { message: concat(prefix, signed.subarray(0, end)), signature: signed.subarray(end) }
}
