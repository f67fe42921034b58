/**
 * A payload's digest: the root over the SHA-256 hashes of its 1 MiB chunks.
 *
 *     hash_i = SHA-256(chunk_i)
 *     root   = SHA-256("medoid/chunks/1\n" | length as u64 | hash_0 | hash_1 | ...)
 *
 * Whoever knows the root can check the list of hashes, and with the list every chunk by itself: a relay that lies costs
 * one chunk and is known by name. The prefix and the length keep a root apart from every other hash.
 */
import { createHash } from 'node:crypto'
import { concat, u64 } from './byte-writer.ts'
import { chunkBytes, digestBytes } from './limits.ts'

const rootPrefix = Buffer.from('medoid/chunks/1\n', 'latin1')

/** The hashes of a payload's chunks, one behind the other: 32 bytes for each. */
export type ChunkHashes = Uint8Array

/** Chunks of a payload of `byteLength` bytes; none where it is empty. */
export function chunkCount(byteLength: number): number {
  return Math.ceil(byteLength / chunkBytes)
}

/** The bytes of chunk `index`: a view, no copy. The last one may be shorter. */
export function chunkAt(payload: Uint8Array, index: number): Uint8Array {
  return payload.subarray(index * chunkBytes, (index + 1) * chunkBytes)
}

/** SHA-256 of one chunk, given in pieces. */
export function hashChunk(pieces: Iterable<Uint8Array>): Uint8Array {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest()
}

/** The hash of chunk `index` in the list: a view, no copy. */
export function hashAt(hashes: ChunkHashes, index: number): Uint8Array {
  return hashes.subarray(index * digestBytes, (index + 1) * digestBytes)
}

/** Hashes a payload at once: for payloads of a few chunks. */
export function hashPayload(payload: Uint8Array): ChunkHashes {
  const hashes = new Uint8Array(chunkCount(payload.byteLength) * digestBytes)
  for (let i = 0; i * digestBytes < hashes.byteLength; i++)
    hashes.set(hashChunk([chunkAt(payload, i)]), i * digestBytes)
  return hashes
}

/** Hashes a payload of any size, and lets others run between every eight chunks (about 10 ms of hashing). */
export async function hashLargePayload(payload: Uint8Array): Promise<ChunkHashes> {
  const stride = 8 * chunkBytes
  const parts: ChunkHashes[] = []
  for (let start = 0; start < payload.byteLength; start += stride) {
    if (start > 0) await new Promise<void>((resolve) => setImmediate(resolve))
    parts.push(hashPayload(payload.subarray(start, start + stride)))
  }
  return concat(...parts)
}

/** The digest of a payload of `byteLength` bytes whose chunks have these hashes. */
export function rootOf(hashes: ChunkHashes, byteLength: number): Uint8Array {
  return createHash('sha256').update(rootPrefix).update(u64(byteLength)).update(hashes).digest()
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
