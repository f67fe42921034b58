/** Empirical Lipschitz coefficients, by hand, and the bound that liars cannot push out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, Growth } from '../../../src/agreement/kardam/growth.ts'

const answer = (worker: string, step: number, gradient: number, model: number): Answer => ({
  worker,
  step,
  gradient: Float32Array.of(gradient, 0),
  model: Float32Array.of(0, model),
})

/** `worker` with the coefficient `k`: its gradient changes by k while the model changes by 1. */
function grow(growth: Growth, worker: string, k: number): void {
  growth.note(answer(worker, 1, 0, 0))
  growth.note(answer(worker, 2, k, 1))
}

test('a coefficient is the change of the gradient for the change of the model', () => {
  const growth = new Growth()
  growth.note(answer('a', 3, 1, 2))
  assert.equal(growth.bound(0), undefined)
  growth.note(answer('a', 7, 4, 4))
  assert.equal(growth.bound(0), 3 / 2)
})

test('two answers at one model, or at models that are the same, make no coefficient', () => {
  const growth = new Growth()
  for (const step of [1, 1, 2]) growth.note(answer('a', step, step, 5))
  assert.equal(growth.bound(0), undefined)
})

test('the greatest of the newest 26 counts', () => {
  const growth = new Growth()
  grow(growth, 'a', 100)
  for (let step = 3; step < 28; step++) growth.note(answer('a', step, 100, step - 1))
  assert.equal(growth.bound(0), 100)
  growth.note(answer('a', 28, 100, 27))
  assert.equal(growth.bound(0), 0)
})

test('the f greatest are left out, and there is no bound until more than f workers have a coefficient', () => {
  const growth = new Growth()
  for (const [worker, k] of [
    ['a', 5],
    ['b', 1],
    ['c', 3],
  ] as const)
    grow(growth, worker, k)
  assert.deepEqual(
    [0, 1, 2, 3].map((f) => growth.bound(f)),
    [5, 3, 1, undefined],
  )
})
