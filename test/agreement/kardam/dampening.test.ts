/** Weights of stale gradients, by hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dampened, dampenings } from '../../../src/agreement/kardam/dampening.ts'

test('weights are exp(-alpha tau), 1/(1 + tau) and 1', () => {
  assert.ok(Math.abs(dampened({ dampening: 'exponential', alpha: 0.2 }, 5) - Math.exp(-1)) < 1e-15)
  assert.equal(dampened({ dampening: 'inverse', alpha: 0.2 }, 3), 1 / 4)
  assert.equal(dampened({ dampening: 'none', alpha: 0.2 }, 9), 1)
})

test('a fresh gradient counts 1, and each update makes one that is dampened count less', () => {
  for (const dampening of dampenings) {
    const weights = Array.from({ length: 65 }, (_, tau) => dampened({ dampening, alpha: 0.2 }, tau))
    assert.equal(weights[0], 1)
    for (const [tau, weight] of weights.entries()) {
      assert.ok(weight > 0)
      if (tau > 0 && dampening !== 'none') assert.ok(weight < (weights[tau - 1] ?? 0))
    }
  }
})
