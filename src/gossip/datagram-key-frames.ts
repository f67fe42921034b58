/**
 * How two members agree on the key of their datagrams in one direction: the one who will receive opens a stream, which is
 * under Noise, and invites; every frame is behind its length.
 *
 *     invitation  32  digest of the roster
 *                 8   id of the key, drawn by the one who invites
 *                 2   the UDP port where it receives over IPv4, u16; 0 where it does not
 *                 2   likewise over IPv6
 *
 *     answer      32  the key, drawn by the one who will send
 *
 * Then the one who invited closes the stream: it can open datagrams from now on, and they may come. The key id is the
 * receiver's, so that no other member can take the same; the key is the sender's, so that it is never used twice.
 */
import { decodeWith, Malformed } from './byte-reader.ts'
import { concat, u16 } from './byte-writer.ts'
import { keyIdBytes } from './datagram.ts'
import { digestBytes } from './limits.ts'

/** Bytes of an AES-256 key. */
export const datagramKeyBytes = 32

/** The longer of the two frames. */
export const maxKeyFrameBytes = digestBytes + keyIdBytes + 2 + 2

export interface Invitation {
  /** Digest of the roster, 32 bytes. */
  readonly roster: Uint8Array
  readonly keyId: Uint8Array
  /** The port of each family; 0 where there is none. */
  readonly ports: Ports
}

export interface Ports {
  readonly ip4: number
  readonly ip6: number
}

export function encodeInvitation({ roster, keyId, ports }: Invitation): Uint8Array {
  return concat(roster, keyId, u16(ports.ip4), u16(ports.ip6))
}

/** The invitation that `bytes` are, or undefined. */
export function decodeInvitation(bytes: Uint8Array): Invitation | undefined {
  return decodeWith(bytes, (reader) => {
    const roster = reader.bytes(digestBytes)
    const keyId = reader.bytes(keyIdBytes)
    const ports: Ports = { ip4: reader.u16(), ip6: reader.u16() }
    reader.end()
    if (ports.ip4 === 0 && ports.ip6 === 0) throw new Malformed()
    return { roster, keyId, ports }
  })
}

/** The key that `bytes` are, or undefined. */
export function decodeDatagramKey(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.byteLength === datagramKeyBytes ? bytes : undefined
}
