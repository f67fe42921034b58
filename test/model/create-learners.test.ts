import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLearner } from '../../src/model/create-learner.ts'
import { createLearners } from '../../src/model/create-learners.ts'

const members = 3
const options = {
  model: 'mlp',
  backend: 'wasm',
  seed: 2,
  batch: 16,
  schedule: { kind: 'constant', rate: 0.1 },
  weightDecay: 0,
  momentum: 0.9,
} as const
const data = { source: 'mnist', split: { kind: 'dirichlet', alpha: 0.5 }, members } as const

test('learners that share a network and the data compute the bits of learners of their own, poisoned ones too', async () => {
  const poison = (position: number) => (position === 2 ? 'label-flip' : undefined)
  const together = await createLearners({ ...options, data, poison })
  assert.equal(together.length, members)
  for (const [index, shared] of together.entries()) {
    const alone = await createLearner({ ...options, data: { ...data, index, poison: poison(index) } })
    for (const step of [1, 2]) {
      const [a, b] = [await shared.gradient({ step }), await alone.gradient({ step })]
      assert.deepEqual(a, b)
      await Promise.all([shared.apply(a, step), alone.apply(b, step)])
    }
    assert.deepEqual(await shared.evaluate({ samples: 200 }), await alone.evaluate({ samples: 200 }))
  }
})

test('where momentum is at the step, alone and together, a gradient depends on model and draw alone', async () => {
  const [together] = await createLearners({ ...options, data, momentumAt: 'step' })
  const alone = await createLearner({ ...options, data: { ...data, index: 0 }, momentumAt: 'step' })
  for (const learner of [together, alone]) {
    assert.ok(learner)
    const first = await learner.gradient({ step: 1 })
    assert.deepEqual(await learner.gradient({ step: 1 }), first)
    await learner.apply(first, 1)
  }
  assert.deepEqual(await together?.parameters(), await alone.parameters())
})

test('what one member learns changes no other', async () => {
  const [first, second] = await createLearners({ ...options, data })
  assert.ok(first && second)
  const before = await second.parameters()
  await first.apply(await first.gradient({ step: 1 }), 1)
  assert.deepEqual(await second.parameters(), before)
  assert.notDeepEqual(await first.parameters(), before)
})
