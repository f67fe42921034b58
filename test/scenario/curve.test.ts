import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'
import { Curve } from '../../src/scenario/curve.ts'

/** Three learners at 1, 1 and 3; each scores what its parameter is. */
function swarmOf(values: readonly number[]) {
  const asked: number[] = []
  const learners = values.map((value) =>
    quadraticLearner({
      center: Float32Array.of(0),
      start: Float32Array.of(value),
      schedule: { kind: 'constant', rate: 0.5 },
    }),
  )
  const measure = async (position: number) => {
    asked.push(position)
    const [value = 0] = (await learners[position]?.parameters()) ?? []
    return { loss: value, accuracy: value / 10 }
  }
  return { swarm: { learners, measure }, asked }
}

const options = { everySteps: 2, samples: 10, members: 2 }

test('at the end equal models are measured once and count once each', async () => {
  const { swarm, asked } = swarmOf([1, 1, 3])
  const final = await new Curve({ swarm, honest: [0, 1, 2], ...options }).final()
  assert.deepEqual(asked, [0, 2])
  assert.ok(Math.abs((final.loss ?? 0) - 5 / 3) < 1e-12)
  assert.equal(final.leastAccuracy, 0.1)
  assert.equal(final.spread, 2)
})

test('a point is made when the last honest member is done with its step, of the models that each had then', async () => {
  const { swarm, asked } = swarmOf([1, 2, 4])
  const steps: number[] = []
  const curve = new Curve({ swarm, honest: [0, 2], ...options, onStep: (step) => steps.push(step) })
  const [first, liar, last] = [0, 1, 2].map((position) => curve.learner(position))
  assert.ok(first && liar && last)
  for (const learner of [first, liar]) for (const step of [1, 2, 3]) await learner.gradient({ step })
  assert.deepEqual(curve.points, [])
  await first.apply(Float32Array.of(100), 3)
  for (const step of [1, 2, 3]) await last.gradient({ step })
  assert.deepEqual(curve.points, [{ step: 2, loss: 2.5, accuracy: 0.25, leastAccuracy: 0.1, spread: 3 }])
  assert.deepEqual(asked, [0, 2])
  assert.deepEqual(steps, [1, 2])
})
