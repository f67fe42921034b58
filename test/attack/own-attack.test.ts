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

test('attackers of a simulated swarm know what each of them would honestly say, and which of them they are', async () => {
  const seen = new Set<string>()
  const nosy = ownAttack('nosy', ({ colluding, liars, rank, own }) => {
    seen.add(`${rank} of ${liars}: ${colluding.map((vector) => Math.round(vector[0] ?? 0))}`)
    return own
  })
  await runSimulatedSwarm({
    seed: 1,
    n: 5,
    f: 0,
    steps: 1,
    rule: parseRule('average'),
    modelRule: parseRule('average'),
    learner: (position) =>
      quadraticLearner({ center: Float32Array.of(position), schedule: { kind: 'constant', rate: 0 } }),
    attacks: new Map([
      [2, nosy],
      [4, nosy],
    ]),
  })
  // Gradients of members 2 and 4 at 0, and their models.
  assert.deepEqual([...seen].sort(), ['0 of 2: -2,-4', '0 of 2: 0,0', '1 of 2: -2,-4', '1 of 2: 0,0'])
})
