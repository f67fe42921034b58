import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mean } from '../../src/attack/attack.ts'
import { ownAttack } from '../../src/attack/own-attack.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'
import { runSimulatedSwarm } from '../../src/scenario/simulated-swarm.ts'

test('an attack of one’s own sees the honest vectors and harms plain averaging as the same attack of the table does', async () => {
  const attack = ownAttack('opposite', ({ honest }) => Float32Array.from(mean(honest), (x) => -2 * x))
  const { models } = await runSimulatedSwarm({
    seed: 1,
    n: 4,
    f: 0,
    steps: 20,
    rule: parseRule('average'),
    modelRule: parseRule('median'),
    learner: () =>
      quadraticLearner({
        center: Float32Array.of(1, 1),
        schedule: { kind: 'constant', rate: 0.2 },
      }),
    attacks: new Map([[3, attack]]),
  })
  // The mean of three g and one -2g is g / 4: each step takes off a twentieth of what is left, not a fifth.
  for (const [x = Number.NaN] of models.values())
    assert.ok(Math.abs(1 - x - 0.95 ** 20) < 0.01, `${x} after 20 steps`)
})
