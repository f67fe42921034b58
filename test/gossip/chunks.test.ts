import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import {
  chunkAt,
  chunkCount,
  hashAt,
  hashChunk,
  hashLargePayload,
  hashPayload,
  rootOf,
} from '../../src/gossip/chunks.ts'
import { chunkBytes } from '../../src/gossip/limits.ts'

const payloadOf = (length: number) => new Uint8Array(length).map((_, i) => (i * 31 + (i >> 13)) & 0xff)
const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()

test('the root is what its definition says, for two chunks', () => {
  const payload = payloadOf(chunkBytes + 5)
  const hashes = [sha256(payload.subarray(0, chunkBytes)), sha256(payload.subarray(chunkBytes))]
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(payload.byteLength))
  const expected = sha256(Buffer.from('medoid/chunks/1\n'), length, ...hashes)
  assert.deepEqual(Buffer.from(rootOf(hashPayload(payload), payload.byteLength)), expected)
})

const lengths: readonly [length: number, chunks: number][] = [
  [0, 0],
  [1, 1],
  [chunkBytes - 1, 1],
  [chunkBytes, 1],
  [chunkBytes + 1, 2],
  [9 * chunkBytes + 1, 10],
]
for (const [length, chunks] of lengths)
  test(`${length} bytes are ${chunks} chunks, each with its hash`, async () => {
    const payload = payloadOf(length)
    assert.equal(chunkCount(length), chunks)
    const hashes = hashPayload(payload)
    assert.equal(hashes.byteLength, 32 * chunks)
    for (let i = 0; i < chunks; i++)
      assert.deepEqual(hashChunk([chunkAt(payload, i)]), Buffer.from(hashAt(hashes, i)))
    assert.deepEqual(await hashLargePayload(payload), hashes)
  })

test('a chunk in pieces has the hash of the whole', () => {
  const chunk = payloadOf(1000)
  assert.deepEqual(
    hashChunk([chunk.subarray(0, 1), chunk.subarray(1, 999), chunk.subarray(999)]),
    hashChunk([chunk]),
  )
})

test('payloads that differ in a byte, in their length or in the order of chunks have different roots', () => {
  const payload = payloadOf(2 * chunkBytes)
  const swapped = Buffer.concat([payload.subarray(chunkBytes), payload.subarray(0, chunkBytes)])
  const changed = payload.slice()
  changed[chunkBytes] = (changed[chunkBytes] ?? 0) ^ 1
  const candidates = [payload, swapped, changed, payload.subarray(1), new Uint8Array(0), new Uint8Array(1)]
  const roots = candidates.map((p) => Buffer.from(rootOf(hashPayload(p), p.byteLength)).toString('hex'))
  assert.equal(new Set(roots).size, candidates.length)
})
