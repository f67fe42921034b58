/** Exact recovery where it is used: real gradients of a network on MNIST, by the backend that computes the same everywhere. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import { parseAgreementRule } from '../../../src/agreement/rule.ts'
import { parseAttack } from '../../../src/attack/attacks.ts'
import { createLearners } from '../../../src/model/create-learners.ts'
import { runSimulatedSwarm } from '../../../src/scenario/simulated-swarm.ts'

const n = 3
/** The server is at 0. */
const lastWorker = n

/** The server's model after three steps, the last worker attacking. */
async function trained(code: string, attack?: string): Promise<Float32Array> {
  const learners = await createLearners({
    model: 'mlp',
    backend: 'wasm',
    seed: 4,
    batch: 16,
    schedule: { kind: 'constant', rate: 0.5 },
    weightDecay: 0,
    momentum: 0.9,
    momentumAt: 'step',
    data: { source: 'mnist', split: { kind: 'whole' }, members: n },
    servers: 1,
  })
  const trmean = parseAgreementRule('trmean')
  const { models } = await runSimulatedSwarm({
    ...{ seed: 4, n, f: 1, steps: 3, rule: trmean, modelRule: trmean, measure: 'nothing' },
    protocol: parseProtocol(`draco:code=${code}`),
    learner: (position) => {
      const learner = learners[position]
      assert.ok(learner)
      return learner
    },
    attacks: new Map(attack === undefined ? [] : [[lastWorker, parseAttack(attack)]]),
  })
  const model = models.get(0)
  assert.ok(model)
  return model
}

test('repetition code, MLP on MNIST: whatever a worker does, the model has the bits of the run in which nobody lies', async () => {
  const free = await trained('repetition')
  for (const attack of ['sign-flip:scale=10', 'nan', 'garbage', 'silent', 'replay', 'withhold:hearers=0'])
    assert.deepEqual(await trained('repetition', attack), free, attack)
})

test('cyclic code, MLP on MNIST: the same to within the rounding of float32', async () => {
  const free = await trained('cyclic')
  for (const attack of ['sign-flip:scale=10', 'garbage']) {
    const model = await trained('cyclic', attack)
    const off = Math.max(...model.map((x, k) => Math.abs(x - (free[k] ?? Number.NaN))))
    assert.ok(off < 1e-6, `${attack}: ${off}`)
  }
})
