import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withMomentum, withMomentumAt, withStepMomentum } from '../../src/model/momentum.ts'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'

const learnerAt = (center: number) =>
  quadraticLearner({ center: Float32Array.of(center), schedule: { kind: 'constant', rate: 0.5 } })

test('momentum at the step is that of the mean of members with momentum of their own, so long as all are heard', async () => {
  const members = [1, 2, 6].map((center) => withMomentum(learnerAt(center), 0.5))
  const plain = [1, 2, 6].map(learnerAt)
  const stepping = withStepMomentum(learnerAt(0), 0.5)
  const mean = (vectors: readonly Float32Array[]) =>
    Float32Array.of(vectors.reduce((sum, [x = 0]) => sum + x / vectors.length, 0))
  for (let step = 1; step <= 5; step++) {
    const own = mean(await Promise.all(members.map((one) => one.gradient({ step }))))
    for (const one of members) await one.apply(own, step)
    const drawn = mean(await Promise.all(plain.map((one) => one.gradient({ step }))))
    await stepping.apply(drawn, step)
    const model = await stepping.parameters()
    for (const one of plain) await one.load(model)
    const [theirs] = await Promise.all(members.map((one) => one.parameters()))
    assert.ok(Math.abs((model[0] ?? 0) - (theirs?.[0] ?? 1)) < 1e-6, `step ${step}`)
  }
})

test('where momentum is at the step gradients are as they are; a server keeps none elsewhere', async () => {
  const gradientsOf = async (place: 'worker' | 'step', isServer: boolean) => {
    const learner = withMomentumAt(place, learnerAt(8), { momentum: 0.5, isServer })
    const first = await learner.gradient({ step: 1 })
    return [first[0], (await learner.gradient({ step: 2 }))[0]]
  }
  assert.deepEqual(await gradientsOf('step', false), [-8, -8])
  assert.deepEqual(await gradientsOf('worker', false), [-4, -6])
  assert.deepEqual(await gradientsOf('worker', true), [-8, -8])
  const stepOf = async (place: 'worker' | 'step', isServer: boolean) => {
    const learner = withMomentumAt(place, learnerAt(8), { momentum: 0.5, isServer })
    await learner.apply(Float32Array.of(-8), 1)
    return (await learner.parameters())[0]
  }
  assert.equal(await stepOf('step', true), 2)
  assert.equal(await stepOf('worker', true), 4)
})

test('without momentum the learner is the same one', () => {
  const learner = learnerAt(1)
  assert.equal(withStepMomentum(learner, 0), learner)
})
