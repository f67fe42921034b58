/** SHA-256, for those who may not know Node.js. */
import { createHash } from 'node:crypto'

/** Bytes of a digest. */
export const sha256Bytes = 32

/** The SHA-256 of the parts, one behind the other. */
export function sha256(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** The bytes that `toHex` made `hex` of. */
export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}
