import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { recordedNormals, recordedPermutation } from '../../src/conformance/recorded.ts'
import { permutation, seededRandom } from '../../src/util/prng.ts'

test('a recorded permutation is the one that is drawn again, whichever it is', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 30 }), (seed, length) => {
      const order = [...permutation(length, seededRandom(seed))]
      assert.deepEqual([...permutation(length, recordedPermutation(order))], order)
    }),
    { seed: 1 },
  )
})

test('recorded deviates come in their order, and no more of them than there are', () => {
  const random = recordedNormals([0.5, -1])
  assert.equal(random.normal(), 0.5)
  assert.equal(random.normal(), -1)
  assert.throws(() => random.normal(), /more chance is drawn than was recorded/)
})

test('what was not recorded cannot be drawn', () => {
  assert.throws(() => recordedNormals([1]).uniform(), RangeError)
  assert.throws(() => recordedPermutation([0, 1]).normal(), RangeError)
  assert.throws(() => permutation(3, recordedPermutation([0, 1])), RangeError, 'another length')
})
