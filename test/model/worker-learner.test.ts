/** The learner in its thread, against the same learner in this one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLearner } from '../../src/model/create-learner.ts'
import type { LearnerOptions } from '../../src/model/learner-options.ts'
import { startLearner } from '../../src/model/worker-learner.ts'
import { isCoded } from '../../src/util/coded-error.ts'

const options: LearnerOptions = {
  model: 'mlp',
  backend: 'wasm',
  seed: 1,
  data: { source: 'mnist', split: { kind: 'dirichlet', alpha: 0.5 }, members: 7, index: 2 },
  batch: 32,
  schedule: { kind: 'step', rate: 0.1, factor: 0.5, every: 2 },
  weightDecay: 1e-3,
  momentum: 0.9,
}

test('the thread computes what the calling thread would, call for call', async () => {
  const here = await createLearner(options)
  const there = await startLearner(options)
  try {
    assert.deepEqual(there.summary, here.summary)
    assert.equal(there.dimension, 79_510)
    for (let step = 1; step <= 3; step++) {
      const gradient = await here.gradient({ step })
      assert.deepEqual(await there.gradient({ step }), gradient)
      await here.apply(gradient, step)
      await there.apply(gradient, step)
    }
    assert.deepEqual(await there.parameters(), await here.parameters())
    assert.deepEqual(await there.evaluate({ samples: 600 }), await here.evaluate({ samples: 600 }))
    const zeros = new Float32Array(there.dimension)
    await there.load(zeros)
    assert.deepEqual(await there.parameters(), zeros)
  } finally {
    await there.close()
  }
})

test('training lowers the loss, and an attacker with flipped labels raises it', async () => {
  const plain = { ...options, schedule: { kind: 'constant', rate: 0.2 }, momentum: 0 } as const
  const honest = await createLearner({ ...plain, data: { ...plain.data, split: { kind: 'iid' } } })
  const liar = await createLearner({
    ...plain,
    data: { ...plain.data, split: { kind: 'iid' }, poison: 'label-flip' },
  })
  const before = await honest.evaluate({ samples: 1000 })
  for (const learner of [honest, liar]) {
    for (let step = 1; step <= 60; step++) await learner.apply(await learner.gradient({ step }), step)
  }
  const after = await honest.evaluate({ samples: 1000 })
  assert.equal(before.samples, 1000)
  assert.ok(after.loss < before.loss / 2 && after.accuracy > 0.75, JSON.stringify(after))
  assert.ok((await liar.evaluate({ samples: 1000 })).accuracy < 0.1)
  assert.deepEqual(liar.summary.histogram, honest.summary.histogram.toReversed())
})

test('a gradient does not change the model, and one step draws one batch', async () => {
  const learner = await createLearner({ ...options, momentum: 0 })
  const parameters = await learner.parameters()
  const gradient = await learner.gradient({ step: 5 })
  assert.deepEqual(await learner.gradient({ step: 5 }), gradient)
  assert.notDeepEqual(await learner.gradient({ step: 6 }), gradient)
  assert.notDeepEqual(await learner.gradient({ step: 5, batch: 8 }), gradient)
  assert.deepEqual(await learner.parameters(), parameters)
})

test('apply is theta - eta * (direction + weightDecay * theta)', async () => {
  const learner = await createLearner(options)
  const theta = await learner.parameters()
  const direction = theta.map((_, i) => (i % 7) - 3)
  await learner.apply(direction, 3)
  // Step 3 of a schedule that halves 0.1 after every two steps: eta = 0.05.
  const expected = theta.map((value, i) => value - 0.05 * (Number(direction[i]) + 1e-3 * value))
  assert.deepEqual(await learner.parameters(), expected)
})

test('members of one swarm start from one model and own different samples', async () => {
  const first = await createLearner({ ...options, data: { ...options.data, index: 0 } })
  const second = await createLearner({ ...options, data: { ...options.data, index: 1 } })
  assert.deepEqual(await first.parameters(), await second.parameters())
  assert.notDeepEqual(await first.gradient({ step: 1 }), await second.gradient({ step: 1 }))
  assert.notDeepEqual(first.summary.histogram, second.summary.histogram)
})

test('vectors that were handed over stay usable', async () => {
  const learner = await startLearner(options)
  try {
    const vector = new Float32Array(learner.dimension).fill(0.5)
    await learner.load(vector)
    await learner.apply(vector, 1)
    assert.equal(vector.length, learner.dimension)
  } finally {
    await learner.close()
  }
})

test('what goes wrong in the thread is the same coded error here', async () => {
  const learner = await startLearner(options)
  try {
    await assert.rejects(learner.gradient({ step: 1, batch: 1_000_000 }), (error) =>
      isCoded(error, 'DATA_BATCH_TOO_LARGE'),
    )
    await assert.rejects(
      learner.load(new Float32Array(3)),
      (error) =>
        isCoded(error, 'MODEL_WRONG_LENGTH') && /^MODEL_WRONG_LENGTH: a vector of 3 /.test(error.message),
    )
    assert.equal((await learner.gradient({ step: 1 })).length, learner.dimension)
  } finally {
    await learner.close()
  }
})

test('a thread that cannot start says why: no data, no backend, no such share', async () => {
  const failing: [string, Partial<LearnerOptions>][] = [
    ['DATA_UNREADABLE', { data: { ...options.data, source: '/does/not/exist' } }],
    ['MODEL_BACKEND_MISSING', { backend: 'tensorflow' }],
    ['DATA_BAD_SPLIT', { data: { ...options.data, index: 7 } }],
  ]
  for (const [code, change] of failing) {
    await assert.rejects(startLearner({ ...options, ...change }), (error) => isCoded(error, code))
  }
})

test('arguments that cannot be sent are refused, and the thread goes on', async () => {
  const learner = await startLearner(options)
  try {
    const unsendable = Object.assign({ step: 1 }, { toString: () => 'a function cannot be cloned' })
    await assert.rejects(learner.gradient(unsendable), { name: 'DataCloneError' })
    assert.equal((await learner.gradient({ step: 1 })).length, learner.dimension)
  } finally {
    await learner.close()
  }
})

test('closing rejects what is pending, and every later call', async () => {
  const learner = await startLearner(options)
  const pending = assert.rejects(learner.evaluate(), (error) => isCoded(error, 'MODEL_CLOSED'))
  await learner.close()
  await pending
  await assert.rejects(learner.parameters(), (error) => isCoded(error, 'MODEL_CLOSED'))
  await learner.close()
})

test('starting can be called off', async () => {
  const reason = new Error('changed my mind')
  const controller = new AbortController()
  const starting = startLearner(options, { signal: controller.signal })
  controller.abort(reason)
  await assert.rejects(starting, reason)
  await assert.rejects(startLearner(options, { signal: AbortSignal.abort(reason) }), reason)
})
