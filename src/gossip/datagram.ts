/**
 * A datagram: one payload that may get lost, from one member to one other, sealed under the key that the two agreed on for
 * this direction of their connection (datagram-key-frames.ts).
 *
 *     offset  bytes  field
 *     0       8      key id, drawn by the recipient: under which key, and so from whom
 *     8       8      counter, u64: 0 for the first datagram under the key, then one more each time
 *     ------------   up to here: in the clear, and authenticated
 *     16      1      t, length of the tag: 1 to 160
 *     17      t      the tag, as `formatTag` spells it
 *     17+t    p      the payload
 *     ------------   from 16 up to here: encrypted
 *     17+t+p  16     authentication tag over everything above
 *
 * Integers are little-endian. AES-256-GCM; the nonce is four zero bytes and the eight of the counter, and a key is drawn by
 * the one who seals under it, so that no nonce comes twice whatever the recipient does. A counter ends at 2^53, after 285
 * years of a million datagrams a second.
 *
 * Nobody signs a datagram: its recipient knows who said it and can prove it to nobody.
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { formatTag, maxTagLength, parseTag, type Tag } from '../mesh/tag.ts'
import { decodeWith, Malformed } from './byte-reader.ts'
import { concat, text, u64 } from './byte-writer.ts'
import { maxDatagramBytes } from './limits.ts'

export const keyIdBytes = 8
const headerBytes = keyIdBytes + 8
const sealBytes = 16
const algorithm = 'aes-256-gcm'

export interface DatagramHeader {
  readonly keyId: Uint8Array
  readonly counter: number
}

/** What a datagram says. */
export interface Unsealed {
  readonly tag: Tag
  /** A view on the bytes that came. */
  readonly payload: Uint8Array
}

/** Whether a payload of so many bytes under this tag travels in one datagram. */
export function fitsDatagram(tag: Tag, byteLength: number): boolean {
  return headerBytes + 1 + formatTag(tag).length + byteLength + sealBytes <= maxDatagramBytes
}

/** A whole datagram. Never call it twice with one key and one counter. */
export function sealDatagram(
  key: KeyObject,
  { keyId, counter }: DatagramHeader,
  { tag, payload }: Unsealed,
): Uint8Array {
  const header = concat(keyId, u64(counter))
  const cipher = createCipheriv(algorithm, key, nonceOf(header), { authTagLength: sealBytes })
  cipher.setAAD(header)
  const parts = [header, cipher.update(text(formatTag(tag))), cipher.update(payload), cipher.final()]
  return concat(...parts, cipher.getAuthTag())
}

/** What stands in the clear at the head of a datagram; undefined where `bytes` are too few to be one. */
export function decodeDatagramHeader(bytes: Uint8Array): DatagramHeader | undefined {
  if (bytes.byteLength < headerBytes + sealBytes) return undefined
  return decodeWith(bytes, (reader) => ({ keyId: reader.bytes(keyIdBytes), counter: reader.u64() }))
}

/** The bytes that were sealed, for `decodeUnsealed`; undefined where the datagram was not sealed under this key. */
export function openDatagram(key: KeyObject, bytes: Uint8Array): Uint8Array | undefined {
  const header = bytes.subarray(0, headerBytes)
  const end = bytes.byteLength - sealBytes
  const decipher = createDecipheriv(algorithm, key, nonceOf(header), { authTagLength: sealBytes })
  decipher.setAAD(header)
  decipher.setAuthTag(bytes.subarray(end))
  const opened = decipher.update(bytes.subarray(headerBytes, end))
  try {
    decipher.final()
    return opened
  } catch {
    // Its authentication tag is not the right one.
    return undefined
  }
}

/** What an opened datagram says, or undefined. */
export function decodeUnsealed(opened: Uint8Array): Unsealed | undefined {
  return decodeWith(opened, (reader) => {
    const tag = parseTag(reader.text(maxTagLength))
    if (tag === undefined) throw new Malformed()
    return { tag, payload: reader.rest() }
  })
}

function nonceOf(header: Uint8Array): Uint8Array {
  return concat(new Uint8Array(4), header.subarray(keyIdBytes))
}
