/**
 * Seven vectors in the plane, f = 1, one of them far away. The expected numbers are by hand: for the trimmed mean,
 * (0.9 + 1 + 1 + 1.1 + 1.2) / 5 = 1.04 and (0.8 + 0.9 + 0.9 + 1 + 1.1) / 5 = 0.94.
 */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { krumScores } from '../../src/gar/krum.ts'
import { mostCompactSubset } from '../../src/gar/mda.ts'
import { parseMixer, parseRule } from '../../src/gar/pipeline.ts'
import { squaredDistances, vectorsOf } from './helpers.ts'

const f = 1
const vectors = vectorsOf([
  [1, 1],
  [1.2, 0.9],
  [0.9, 1.1],
  [1.1, 1.2],
  [0.8, 0.9],
  [1, 0.8],
  [10, -10],
])

const expected = {
  trmean: [1.04, 0.94],
  median: [1, 0.9],
  mda: [1, 5.9 / 6],
  'nnm>trmean': [1, 5.9 / 6],
  krum: [1, 1],
  'multikrum:m=4': [0.925, 0.95],
}

for (const [rule, answer] of Object.entries(expected)) {
  it(`${rule} gives (${answer.map((x) => x.toFixed(3)).join(', ')})`, () => {
    assertNear(parseRule(rule).aggregate(vectors, f), answer)
  })
}

it('minimum-diameter averaging leaves out the far vector', () => {
  assert.deepEqual(mostCompactSubset(squaredDistances(vectors), vectors.length, f), [0, 1, 2, 3, 4, 5])
})

it('mixing moves the far vector most of the way to the others', () => {
  // It is averaged with its five nearest: all but (0.9, 1.1).
  assertNear(parseMixer('nnm')(vectors, f)[6] as Float32Array, [15.1 / 6, -5.2 / 6])
})

it('Krum scores each vector by its four nearest others', () => {
  const scores = krumScores(squaredDistances(vectors), vectors.length, 4)
  assertNear(scores, [0.16, 0.33, 0.22, 0.37, 0.31, 0.24, 799.34])
})

/** Within a few roundings of the decimals to float32. */
function assertNear(ours: Float32Array | Float64Array, theirs: readonly number[]): void {
  assert.equal(ours.length, theirs.length)
  for (const [k, b] of theirs.entries()) {
    const a = ours[k] as number
    assert.ok(Math.abs(a - b) <= 1e-6 * (1 + Math.abs(b)), `coordinate ${k}: ours ${a}, expected ${b}`)
  }
}
