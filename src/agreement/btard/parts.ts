/** A vector in parts: consecutive coordinates, the first parts one longer where they do not come out even. */
import { sha256, toHex } from '../../util/digest.ts'

/** Coordinates of part `j` of `count`. */
export function partLength(dimension: number, count: number, j: number): number {
  return Math.floor(dimension / count) + (j < dimension % count ? 1 : 0)
}

/** [count][len]; views of `vector`. */
export function splitIn(count: number, vector: Float32Array): Float32Array[] {
  let from = 0
  return Array.from({ length: count }, (_, j) => {
    const part = vector.subarray(from, from + partLength(vector.length, count, j))
    from += part.length
    return part
  })
}

/** The parts in one: [d]. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const vector = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let from = 0
  for (const part of parts) {
    vector.set(part, from)
    from += part.length
  }
  return vector
}

/** SHA-256 of its bytes, in hexadecimal. */
export function hashOfPart({ buffer, byteOffset, byteLength }: Float32Array): string {
  return toHex(sha256(new Uint8Array(buffer, byteOffset, byteLength)))
}
