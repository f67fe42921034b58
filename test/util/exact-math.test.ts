import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exactExp, exactLog } from '../../src/util/exact-math.ts'
import { seededRandom } from '../../src/util/prng.ts'

/** How far `a` is from `b`, as a share of `b`. */
const error = (a: number, b: number) => Math.abs(a - b) / Math.max(Math.abs(b), Number.MIN_VALUE)

test('the logarithm is within a few units in the last place', () => {
  const random = seededRandom(1, 'log')
  for (let i = 0; i < 5000; i++) {
    const x = 2 ** (600 * random.uniform() - 300)
    assert.ok(error(exactLog(x), Math.log(x)) < 1e-15, `log ${x}`)
  }
  for (const x of [1 - 2 ** -53, 1 + 2 ** -52, 0.999, 1.001])
    assert.ok(error(exactLog(x), Math.log(x)) < 1e-15, `log ${x}`)
  assert.equal(exactLog(1), 0)
})

test('the exponential is within a few units in the last place', () => {
  const random = seededRandom(1, 'exp')
  for (let i = 0; i < 5000; i++) {
    const x = 1400 * random.uniform() - 700
    assert.ok(error(exactExp(x), Math.exp(x)) < 1e-14, `exp ${x}`)
  }
  assert.equal(exactExp(0), 1)
})
