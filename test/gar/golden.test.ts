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
  // All but the far one, by each of these.
  meamed: [1, 5.9 / 6],
  phocas: [1, 5.9 / 6],
  mva: [1, 5.9 / 6],
  smea: [1, 5.9 / 6],
  cge: [1, 5.9 / 6],
  'monna:idx=0': [1, 5.9 / 6],
  // The four nearest to the median (1, 0.9): at squared distances 0.01, 0.04, 0.04 and 0.01.
  aksel: [1, 0.9],
  // From zero, (10, -10) is cut to length 2 and all others are shorter than 2: their sum is (6, 5.9).
  'centeredclipping:tau=2': [(6 + Math.SQRT2) / 7, (5.9 - Math.SQRT2) / 7],
}

for (const [rule, answer] of Object.entries(expected)) {
  it(`${rule} gives (${answer.map((x) => x.toFixed(3)).join(', ')})`, () => {
    assertNear(parseRule(rule).aggregate(vectors, f), answer)
  })
}

it('minimum-diameter averaging leaves out the far vector', () => {
  assert.deepEqual(mostCompactSubset(squaredDistances(vectors), vectors.length, f), [0, 1, 2, 3, 4, 5])
})

it('CAF is rid of outliers a million times farther in a few rounds', () => {
  const outliers = vectorsOf([
    [1e6, 2e6],
    [-3e6, 1e6],
  ])
  assertNear(parseRule('caf').aggregate([...vectors.slice(0, 6), ...outliers], 2), [1, 5.9 / 6], 0.2)
})

it('the geometric median of three points is where they are seen 120 degrees apart', () => {
  const corners = vectorsOf([
    [0, 0],
    [4, 0],
    [2, 2 * Math.sqrt(3)],
  ])
  assertNear(parseRule('geomed').aggregate(corners, 1), [2, 2 / Math.sqrt(3)])
})

it('Bulyan of a line: the four values nearest to the median of the chosen', () => {
  // n = 8, f = 1: six are chosen and four averaged. Seven are evenly spaced about 3.
  const line = vectorsOf([[0], [1], [2], [3], [4], [5], [6], [1000]])
  const result = parseRule('bulyan').aggregate(line, 1)[0] ?? Number.NaN
  assert.ok(result >= 1.5 && result <= 4.5, `${result}`)
})

it('ARC cuts the longest to the length of the next, clipping to a length of its own', () => {
  const rows = vectorsOf([
    [3, 4],
    [0, 2],
    [0, 1],
    [30, 40],
  ])
  // floor(2 / 4 * 3) = 1 is cut.
  assert.deepEqual(
    parseMixer('arc')(rows, 1).map((row) => [...row]),
    [
      [3, 4],
      [0, 2],
      [0, 1],
      [3, 4],
    ],
  )
  assertNear(parseMixer('clipping:c=2.5')(rows, 0)[3] as Float32Array, [1.5, 2])
})

it('mixing moves the far vector most of the way to the others', () => {
  // It is averaged with its five nearest: all but (0.9, 1.1).
  assertNear(parseMixer('nnm')(vectors, f)[6] as Float32Array, [15.1 / 6, -5.2 / 6])
})

it('Krum scores each vector by its four nearest others', () => {
  const scores = krumScores(squaredDistances(vectors), vectors.length, 4)
  assertNear(scores, [0.16, 0.33, 0.22, 0.37, 0.31, 0.24, 799.34])
})

/** Within a few roundings of the decimals to float32, or what is said. */
function assertNear(ours: Float32Array | Float64Array, theirs: readonly number[], tolerance = 1e-6): void {
  assert.equal(ours.length, theirs.length)
  for (const [k, b] of theirs.entries()) {
    const a = ours[k] as number
    assert.ok(Math.abs(a - b) <= tolerance * (1 + Math.abs(b)), `coordinate ${k}: ours ${a}, expected ${b}`)
  }
}
