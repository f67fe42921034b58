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

const options = { everySteps: 2, samples: 10, members: 2, steps: 4 }

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
  for (const position of [0, 1]) for (const step of [1, 2, 3]) await curve.visit(position, step)
  assert.deepEqual(curve.points, [])
  await swarm.learners[0]?.apply(Float32Array.of(100), 3)
  for (const step of [1, 2, 3, 4]) await curve.visit(2, step)
  assert.deepEqual(curve.points, [{ step: 2, loss: 2.5, accuracy: 0.25, leastAccuracy: 0.1, spread: 3 }])
  assert.deepEqual(asked, [0, 2])
  assert.deepEqual(steps, [1, 2, 3])
})

test('nobody need wait for what is not measured: other steps, liars, and the last step, after which all are', () => {
  const { swarm } = swarmOf([1, 2, 4])
  const curve = new Curve({ swarm, honest: [0, 2], ...options })
  assert.equal(curve.visit(0, 1), undefined)
  assert.equal(curve.visit(1, 2), undefined)
  assert.equal(curve.visit(0, 4), undefined)
})
