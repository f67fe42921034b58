/** Fields as bytes, little-endian: the counterpart of `ByteReader`. */

export function u8(value: number): Uint8Array {
  return Uint8Array.of(value)
}

export function u16(value: number): Uint8Array {
  const bytes = new Uint8Array(2)
  new DataView(bytes.buffer).setUint16(0, value, true)
  return bytes
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}

export function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true)
  return bytes
}

/** Text of at most 255 characters, all of them Latin-1, behind a length byte. */
export function text(value: string): Uint8Array {
  const encoded = Buffer.from(value, 'latin1')
  return concat(u8(encoded.byteLength), encoded)
}

/** A copy in a buffer of its own, so that it starts at a multiple of 8 and keeps nothing else alive. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  // Not `slice`: that of a Node.js Buffer, which sockets hand out, is a view.
  return new Uint8Array(bytes)
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.byteLength
  }
  return bytes
}
