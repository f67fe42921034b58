/** Batches are a function of seed, member and step; conversion and poisoning do what they say. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { drawBatch, gatherBatch, sliceBatch } from '../../src/data/batches.ts'
import { datasetOf } from '../../src/data/dataset.ts'
import { flipLabels } from '../../src/data/poison.ts'
import { isCoded } from '../../src/util/coded-error.ts'

test('a batch is a function of seed, member and step', () => {
  const key = { seed: 1, member: 2, step: 3 }
  assert.deepEqual(drawBatch(key, 1000, 64), drawBatch({ ...key }, 1000, 64))
  for (const other of [{ seed: 2 }, { member: 3 }, { step: 4 }]) {
    assert.notDeepEqual(drawBatch({ ...key, ...other }, 1000, 64), drawBatch(key, 1000, 64))
  }
})

test('a batch holds different positions of the share', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (samples, step) => {
      const batch = drawBatch({ seed: 1, member: 0, step }, samples, Math.ceil(samples / 2))
      assert.equal(new Set(batch).size, Math.ceil(samples / 2))
      assert.ok(batch.every((position) => position < samples))
    }),
    { seed: 1 },
  )
})

test('every position is drawn equally often', () => {
  const counts = new Array<number>(10).fill(0)
  const steps = 20_000
  for (let step = 1; step <= steps; step++) {
    for (const position of drawBatch({ seed: 5, member: 0, step }, 10, 3))
      counts[position] = Number(counts[position]) + 1
  }
  // Binomial(20000, 0.3): mean 6000, standard deviation 65; five of them either way.
  assert.ok(
    counts.every((count) => Math.abs(count - 6000) < 325),
    counts.join(' '),
  )
})

test('a batch of the whole share is the whole share', () => {
  const batch = drawBatch({ seed: 1, member: 0, step: 1 }, 20, 20)
  assert.deepEqual(
    [...batch].sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i),
  )
})

test('a batch larger than the share is refused', () => {
  assert.throws(
    () => drawBatch({ seed: 1, member: 0, step: 1 }, 10, 11),
    (error) => isCoded(error, 'DATA_BATCH_TOO_LARGE'),
  )
})

test('pixels become numbers from 0 to 1 and labels one-hot rows', () => {
  const images = new Uint8Array(3 * 784)
  images.set([0, 51, 255], 784)
  const data = datasetOf(images, Uint8Array.of(7, 2, 9))
  const batch = gatherBatch(data, Uint32Array.of(1, 0))
  assert.equal(batch.size, 2)
  assert.deepEqual([...batch.images.subarray(0, 3)], [0, Math.fround(0.2), 1])
  assert.ok(batch.images.subarray(784).every((pixel) => pixel === 0))
  assert.deepEqual([...batch.labels], [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
  const room = new Float32Array(batch.images.length).fill(7)
  const inPlace = gatherBatch(data, Uint32Array.of(1, 0), room)
  assert.equal(inPlace.images, room)
  assert.deepEqual(inPlace, batch)
  assert.deepEqual(sliceBatch(data, 1, 3), gatherBatch(data, Uint32Array.of(1, 2)))
})

test('flipping labels twice gives them back, and the given ones stay as they are', () => {
  const labels = Uint8Array.of(0, 1, 5, 9)
  assert.deepEqual([...flipLabels(labels)], [9, 8, 4, 0])
  assert.deepEqual(flipLabels(flipLabels(labels)), labels)
  assert.deepEqual([...labels], [0, 1, 5, 9])
})
