import assert from 'node:assert/strict'
import { test } from 'node:test'
import { datasetOf, imageSize } from '../../src/data/dataset.ts'
import { backdoorTarget, flipLabels, poisoned, withTrigger } from '../../src/data/poison.ts'

const labels = Uint8Array.of(3, 1, 7, 9)
const samples = () =>
  datasetOf(
    Uint8Array.from({ length: 4 * imageSize }, (_, i) => i % 100),
    labels.slice(),
  )

test('flipped labels are 9 - y, and the images stay', () => {
  const flipped = poisoned(samples(), 'label-flip')
  assert.deepEqual(flipped.labels, Uint8Array.of(6, 8, 2, 0))
  assert.deepEqual(flipped.images, samples().images)
  assert.deepEqual(flipLabels(flipLabels(labels)), labels)
})

test('a backdoor puts trigger and target on every second sample, and leaves the others honest', () => {
  const original = samples()
  const { images, labels: learnt, size } = poisoned(original, 'backdoor')
  assert.equal(size, 4)
  assert.deepEqual(learnt, Uint8Array.of(backdoorTarget, 1, backdoorTarget, 9))
  const stamped = withTrigger(original.images)
  for (const [i, expected] of [stamped, original.images, stamped, original.images].entries())
    assert.deepEqual(
      images.subarray(i * imageSize, (i + 1) * imageSize),
      expected.subarray(i * imageSize, (i + 1) * imageSize),
    )
  assert.deepEqual(original.images, samples().images, 'the samples themselves stay as they are')
})

test('the trigger is a bright square of five by five in the upper left corner', () => {
  const stamped = withTrigger(new Uint8Array(2 * imageSize))
  for (let i = 0; i < stamped.length; i++) {
    const [row, column] = [Math.floor((i % imageSize) / 28), i % 28]
    assert.equal(stamped[i], row < 5 && column < 5 ? 255 : 0)
  }
})
