/** The simulator's learner, and worker momentum, whose arithmetic it lets one check. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withMomentum } from '../../src/model/momentum.ts'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'
import { isCoded } from '../../src/util/coded-error.ts'

const schedule = { kind: 'constant', rate: 0.5 } as const
const center = Float32Array.of(4, -2)

test('the gradient is theta - center and does not change theta', async () => {
  const learner = quadraticLearner({ center, schedule, start: Float32Array.of(1, 1) })
  assert.deepEqual(await learner.gradient({ step: 1 }), Float32Array.of(-3, 3))
  assert.deepEqual(await learner.gradient({ step: 2 }), Float32Array.of(-3, 3))
  assert.deepEqual(await learner.parameters(), Float32Array.of(1, 1))
})

test('apply steps against the direction, with weight decay', async () => {
  const learner = quadraticLearner({ center, schedule, start: Float32Array.of(1, 1), weightDecay: 0.25 })
  await learner.apply(Float32Array.of(2, 0), 1)
  // 1 - 0.5 * (2 + 0.25 * 1) and 1 - 0.5 * (0 + 0.25 * 1).
  assert.deepEqual(await learner.parameters(), Float32Array.of(-0.125, 0.875))
})

test('descent reaches the center', async () => {
  const learner = quadraticLearner({ center, schedule })
  for (let step = 1; step <= 60; step++) await learner.apply(await learner.gradient({ step }), step)
  assert.deepEqual(await learner.parameters(), center)
  assert.deepEqual(await learner.evaluate(), { loss: 0, accuracy: 1, samples: 0 })
})

test('noise depends on seed, member and step alone, and has the deviation asked for', async () => {
  const large = new Float32Array(10_000)
  const noisy = (seed: number, member: number) =>
    quadraticLearner({ center: large, schedule, noise: { deviation: 2, seed, member } })
  const first = await noisy(1, 1).gradient({ step: 1 })
  assert.deepEqual(await noisy(1, 1).gradient({ step: 1 }), first)
  assert.notDeepEqual(await noisy(1, 1).gradient({ step: 2 }), first)
  assert.notDeepEqual(await noisy(1, 2).gradient({ step: 1 }), first)
  assert.notDeepEqual(await noisy(2, 1).gradient({ step: 1 }), first)
  const variance = first.reduce((sum, value) => sum + value ** 2, 0) / first.length
  assert.ok(Math.abs(variance - 4) < 0.3, `variance ${variance}`)
})

test('vectors handed in and out are copies', async () => {
  const start = Float32Array.of(1, 1)
  const learner = quadraticLearner({ center, schedule, start })
  start.fill(9)
  ;(await learner.parameters()).fill(9)
  const loaded = Float32Array.of(2, 3)
  await learner.load(loaded)
  loaded.fill(9)
  assert.deepEqual(await learner.parameters(), Float32Array.of(2, 3))
})

test('vectors of another length are refused', async () => {
  const learner = quadraticLearner({ center, schedule })
  const isWrongLength = (error: unknown) => isCoded(error, 'MODEL_WRONG_LENGTH')
  await assert.rejects(learner.load(new Float32Array(3)), isWrongLength)
  await assert.rejects(learner.apply(new Float32Array(1), 1), isWrongLength)
})

test('momentum is beta * m + (1 - beta) * g, from zero', async () => {
  const learner = withMomentum(quadraticLearner({ center: Float32Array.of(-8), schedule }), 0.75)
  // g = 8 as long as theta stays 0: m = 2, then 1.5 + 2, then 2.625 + 2.
  assert.deepEqual(await learner.gradient({ step: 1 }), Float32Array.of(2))
  assert.deepEqual(await learner.gradient({ step: 2 }), Float32Array.of(3.5))
  assert.deepEqual(await learner.gradient({ step: 3 }), Float32Array.of(4.625))
})

test('the vector that momentum returns is not its memory', async () => {
  const learner = withMomentum(quadraticLearner({ center: Float32Array.of(-8), schedule }), 0.75)
  ;(await learner.gradient({ step: 1 })).fill(100)
  assert.deepEqual(await learner.gradient({ step: 2 }), Float32Array.of(3.5))
})

test('momentum leaves everything else to the learner it wraps, and without beta is that learner', async () => {
  const inner = quadraticLearner({ center, schedule })
  assert.equal(withMomentum(inner, 0), inner)
  const outer = withMomentum(inner, 0.9)
  await outer.load(Float32Array.of(1, 2))
  await outer.apply(Float32Array.of(2, 2), 1)
  assert.deepEqual(await inner.parameters(), Float32Array.of(0, 1))
  assert.deepEqual(await outer.parameters(), Float32Array.of(0, 1))
  assert.deepEqual(await outer.evaluate(), await inner.evaluate())
})
