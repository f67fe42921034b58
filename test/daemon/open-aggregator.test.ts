import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAgreementRule } from '../../src/agreement/rule.ts'
import { openAggregator } from '../../src/daemon/open-aggregator.ts'
import { Cleanup } from '../../src/util/cleanup.ts'
import { bits, normalVectors } from '../gar/helpers.ts'

test('rules have the same bits on threads, from received payloads, as at once', async () => {
  const cleanup = new Cleanup()
  const { combine, memory } = openAggregator({ threads: 2 }, cleanup)
  const d = 900_000
  const vectors = normalVectors(1, 5, d)
  const places = vectors.map(({ buffer }) => {
    const place = memory.take(buffer.byteLength)
    place.set(new Uint8Array(buffer))
    return place
  })
  const received = places.map((place) => new Float32Array(place.buffer, place.byteOffset, d))
  assert.ok(received.every(({ buffer }) => buffer instanceof SharedArrayBuffer))
  try {
    for (const text of ['trmean', 'nnm>trmean', 'midpoint']) {
      const rule = parseAgreementRule(text)
      const ours = await combine(rule, received, 1)
      assert.deepEqual(bits(ours), bits(await rule.aggregate(vectors, 1)), text)
    }
    for (const place of places) memory.release(place)
  } finally {
    await cleanup.run()
  }
})

test('rules are computed, large and small, when payloads have filled the memory of the threads', async () => {
  const cleanup = new Cleanup()
  const { combine, memory } = openAggregator({ threads: 2 }, cleanup)
  try {
    for (let byteLength = 2 ** 30; byteLength >= 64; byteLength /= 2)
      while (memory.take(byteLength).buffer instanceof SharedArrayBuffer);
    for (const d of [900_000, 1000]) {
      const vectors = normalVectors(2, 5, d)
      for (const text of ['trmean', 'nnm>trmean']) {
        const rule = parseAgreementRule(text)
        const expected = bits(await rule.aggregate(vectors, 1))
        assert.deepEqual(bits(await combine(rule, vectors, 1)), expected, text)
      }
    }
  } finally {
    await cleanup.run()
  }
})

test('payloads that are no vectors, and empty ones, have a place all the same', async () => {
  const cleanup = new Cleanup()
  const { memory } = openAggregator({ threads: 1 }, cleanup)
  for (const byteLength of [0, 1, 7, 4096]) {
    const place = memory.take(byteLength)
    assert.equal(place.byteLength, byteLength)
    assert.equal(place.byteOffset % 8, 0)
    memory.release(place)
  }
  await cleanup.run()
})
