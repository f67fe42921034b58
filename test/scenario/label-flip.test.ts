/** Data poisoning on the real model and real data: the attack that breaks no rule of the protocol. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAttack } from '../../src/attack/attacks.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import { createLearner } from '../../src/model/create-learner.ts'
import type { LocalLearner } from '../../src/model/learner-options.ts'
import { runSimulatedSwarm } from '../../src/scenario/simulated-swarm.ts'

const n = 5
const average = parseRule('average')

/** Accuracy of an honest member of five after 40 steps of plain averaging, two of which may flip labels. */
async function accuracy(attack: string | undefined): Promise<number> {
  const attacks = new Map(attack === undefined ? [] : [3, 4].map((i) => [i, parseAttack(attack)] as const))
  const learners: readonly LocalLearner[] = await Promise.all(
    Array.from({ length: n }, (_, index) =>
      createLearner({
        model: 'mlp',
        backend: 'wasm',
        seed: 1,
        data: {
          source: 'mnist',
          split: { kind: 'iid' },
          members: n,
          index,
          poison: attacks.get(index)?.poison,
        },
        batch: 32,
        schedule: { kind: 'constant', rate: 1 },
        weightDecay: 0,
        momentum: 0.9,
      }),
    ),
  )
  await runSimulatedSwarm({
    seed: 1,
    n,
    f: 0,
    steps: 40,
    rule: average,
    modelRule: average,
    learner: (i) => learners[i] as LocalLearner,
    attacks,
  })
  const { accuracy } = await (learners[0] as LocalLearner).evaluate({ samples: 2000 })
  return accuracy
}

test('two of five who flip labels cost plain averaging at least three points of accuracy', async () => {
  const [clean, poisoned] = [await accuracy(undefined), await accuracy('label-flip')]
  assert.ok(clean > 0.85, `${clean} without the attack`)
  assert.ok(poisoned < clean - 0.03, `${poisoned} with it, ${clean} without`)
})
