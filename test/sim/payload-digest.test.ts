import assert from 'node:assert/strict'
import { test } from 'node:test'
import { payloadDigest } from '../../src/sim/payload-digest.ts'
import { seededRandom } from '../../src/util/prng.ts'

const random = seededRandom(1, 'payload')
const payloadOf = (length: number) => Uint8Array.from({ length }, () => random.below(256))

test('every bit of a payload counts, whatever its length, and the length itself', () => {
  for (const length of [0, 1, 3, 4, 15, 16, 17, 63, 64, 130]) {
    const payload = payloadOf(length)
    const digests = [payloadDigest(payload), payloadDigest(Uint8Array.of(...payload, 0))]
    for (let bit = 0; bit < 8 * length; bit++) {
      const other = payload.slice()
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      digests.push(payloadDigest(other))
    }
    assert.equal(new Set(digests).size, digests.length, `${length} bytes`)
    for (const digest of digests) assert.match(digest, /^[0-9a-f]{16}$/)
  }
})

test('a payload that lies anywhere in memory has the digest of its bytes', () => {
  const payload = payloadOf(100)
  const room = new Uint8Array(120)
  for (let offset = 0; offset < 9; offset++) {
    room.set(payload, offset)
    assert.equal(payloadDigest(room.subarray(offset, offset + 100)), payloadDigest(payload))
  }
})

test('words that change places make another payload', () => {
  const words = Array.from({ length: 12 }, (_, i) => i + 1)
  const digests = new Set<string>()
  const digestOf = (given: readonly number[]) => payloadDigest(new Uint8Array(Uint32Array.from(given).buffer))
  digests.add(digestOf(words))
  for (let i = 0; i < 12; i++)
    for (let j = i + 1; j < 12; j++) {
      const swapped = words.slice()
      swapped[i] = words[j] ?? 0
      swapped[j] = words[i] ?? 0
      digests.add(digestOf(swapped))
    }
  assert.equal(digests.size, 1 + (12 * 11) / 2)
})

test('a hundred thousand payloads that are nearly alike have as many digests', () => {
  const payload = new Float32Array(20)
  const digests = new Set<string>()
  for (let i = 0; i < 100_000; i++) {
    payload[i % 20] = i
    digests.add(payloadDigest(new Uint8Array(payload.buffer)))
  }
  assert.equal(digests.size, 100_000)
})
