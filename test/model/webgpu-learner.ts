/** A program for webgpu.test.ts: one step of the learner in its thread on `webgpu`, as one line of JSON. */
import { startLearner } from '../../src/model/worker-learner.ts'

const learner = await startLearner({
  model: 'mlp',
  backend: 'webgpu',
  seed: 1,
  data: { source: 'mnist', split: { kind: 'iid' }, members: 50, index: 3 },
  batch: 16,
  schedule: { kind: 'constant', rate: 0.1 },
  weightDecay: 0,
  momentum: 0,
})
const before = await learner.evaluate({ samples: 50 })
await learner.apply(await learner.gradient({ step: 1 }), 1)
const after = await learner.evaluate({ samples: 50 })
await learner.close()
process.stdout.write(`${JSON.stringify({ backend: learner.summary.backend, before, after })}\n`)
