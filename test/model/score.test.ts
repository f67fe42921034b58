/** Loss and accuracy from logits. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '../../src/data/batches.ts'
import { emptyScore, evaluationOf, score } from '../../src/model/score.ts'

/** A batch with these labels and no images. */
function batchOf(...labels: number[]): Batch {
  const oneHot = new Float32Array(labels.length * 10)
  labels.forEach((label, i) => {
    oneHot[i * 10 + label] = 1
  })
  return { images: new Float32Array(), labels: oneHot, size: labels.length }
}

test('equal outputs cost log 10 and count as the first class', () => {
  const total = emptyScore()
  score(new Float32Array(20), batchOf(0, 5), total)
  const { loss, accuracy, samples } = evaluationOf(total)
  assert.ok(Math.abs(loss - Math.log(10)) < 1e-12)
  assert.equal(accuracy, 0.5)
  assert.equal(samples, 2)
})

test('large outputs do not overflow', () => {
  const total = emptyScore()
  const logits = new Float32Array(10)
  logits[3] = 1e30
  score(logits, batchOf(3), total)
  assert.deepEqual(evaluationOf(total), { loss: 0, accuracy: 1, samples: 1 })
})

test('batches add up', () => {
  const total = emptyScore()
  const logits = new Float32Array(10)
  logits[1] = Math.log(11)
  // Softmax: 11 / (11 + 9) for class 1, 1 / 20 for any other.
  score(logits, batchOf(1), total)
  score(logits, batchOf(2), total)
  const { loss, accuracy } = evaluationOf(total)
  assert.ok(Math.abs(loss - (Math.log(20 / 11) + Math.log(20)) / 2) < 1e-6)
  assert.equal(accuracy, 0.5)
})
