import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAgreementRule } from '../../src/agreement/rule.ts'
import { seededRandom } from '../../src/util/prng.ts'

const midpoint = parseAgreementRule('midpoint')
const vectors = (...rows: readonly number[][]) => rows.map((row) => Float32Array.from(row))

// Sorted 1, 2, 3, 9 and -5, 0, 4, 8; without the ends 2, 3 and 0, 4: middles 2.5 and 2.
test('the middle between the least and the greatest value that are left when f are dropped at each end', () => {
  const input = vectors([3, 8], [1, 0], [9, -5], [2, 4])
  assert.deepEqual(midpoint.aggregate(input, 1), Float32Array.of(2.5, 2))
})

test('with nobody to drop it is the middle of the range, and of one vector the vector itself', () => {
  assert.deepEqual(midpoint.aggregate(vectors([0], [1], [4]), 0), Float32Array.of(2))
  assert.deepEqual(midpoint.aggregate(vectors([7, -7]), 0), Float32Array.of(7, -7))
})

test('it is what sorting gives, for every n and f that it admits', () => {
  const random = seededRandom(5, 'midpoint')
  for (let f = 0; f <= 4; f++)
    for (let n = 2 * f + 1; n <= 12; n++) {
      const values = Array.from({ length: n }, () => Math.fround(random.normal()))
      const sorted = values.toSorted((a, b) => a - b)
      const expected = ((sorted[f] ?? 0) + (sorted[n - 1 - f] ?? 0)) / 2
      assert.deepEqual(midpoint.aggregate(vectors(...values.map((x) => [x])), f), Float32Array.of(expected))
    }
})

test('it needs 2f + 1 vectors of one length', () => {
  assert.equal(midpoint.minimum(2), 5)
  assert.throws(() => midpoint.aggregate(vectors([1], [2]), 1), { code: 'GAR_TOO_FEW_VECTORS' })
  assert.throws(() => midpoint.aggregate(vectors([1], [2, 3], [4]), 1), { code: 'GAR_UNEQUAL_LENGTHS' })
})

test('a rule of agreement is the midpoint or any rule of gar, and nothing else', () => {
  assert.equal(parseAgreementRule(' midpoint ').text, 'midpoint')
  assert.equal(parseAgreementRule('nnm > trmean').text, 'nnm>trmean')
  assert.throws(() => parseAgreementRule('nnm>midpoint'), { code: 'GAR_UNKNOWN_RULE' })
  assert.throws(() => parseAgreementRule('median-nan'), { code: 'GAR_NOT_GIVEN' })
})
