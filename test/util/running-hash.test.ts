import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RunningHash } from '../../src/util/running-hash.ts'

function hashOf(take: (hash: RunningHash) => void): string {
  const hash = new RunningHash()
  take(hash)
  return hash.digest()
}

test('the same taken in the same order gives the same digest; anything else another', () => {
  const different = [
    hashOf(() => {}),
    hashOf((hash) => hash.word(0)),
    hashOf((hash) => hash.integer(0)),
    hashOf((hash) => hash.integer(1)),
    hashOf((hash) => hash.integer(2 ** 32)),
    hashOf((hash) => hash.integer(2 ** 52)),
    hashOf((hash) => hash.text('ab')),
    hashOf((hash) => hash.text('ba')),
    hashOf((hash) => {
      hash.text('a')
      hash.text('b')
    }),
  ]
  assert.equal(new Set(different).size, different.length)
  assert.equal(
    hashOf((hash) => hash.text('ab')),
    different[6],
  )
  for (const digest of different) assert.match(digest, /^[0-9a-f]{16}$/)
})

test('a hundred thousand short texts have as many digests', () => {
  const digests = new Set(Array.from({ length: 100_000 }, (_, i) => hashOf((hash) => hash.text(`p${i}`))))
  assert.equal(digests.size, 100_000)
})

test('a digest ends nothing: more can be taken afterwards', () => {
  const hash = new RunningHash()
  hash.text('a')
  hash.digest()
  hash.text('b')
  assert.equal(
    hash.digest(),
    hashOf((other) => {
      other.text('a')
      other.text('b')
    }),
  )
})
