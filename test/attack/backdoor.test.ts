/** The backdoor on the real model and real data: the model does its task until it sees the trigger. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseAttack } from '../../src/attack/attacks.ts'
import { imageSize } from '../../src/data/dataset.ts'
import { mnistFiles, readDataset } from '../../src/data/mnist.ts'
import { backdoorTarget, withTrigger } from '../../src/data/poison.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import { createLearner } from '../../src/model/create-learner.ts'
import type { LocalLearner } from '../../src/model/learner-options.ts'
import { runSimulatedSwarm } from '../../src/scenario/simulated-swarm.ts'

const n = 5
const average = parseRule('average')

/** MNIST, but for the test images: those of other digits than the target, with the trigger, and the target as label. */
let triggered: string
before(async () => {
  triggered = await mkdtemp(join(tmpdir(), 'medoid-backdoor-'))
  const [mnist, here] = [mnistFiles('mnist'), mnistFiles(triggered)]
  const { images, labels } = await readDataset(mnist.test)
  const rows = [...labels.keys()].filter((i) => labels[i] !== backdoorTarget).slice(0, 2000)
  const stamped = withTrigger(
    Uint8Array.from(rows.flatMap((i) => [...images.subarray(i * imageSize, (i + 1) * imageSize)])),
  )
  await symlink(mnist.train.images, here.train.images)
  await symlink(mnist.train.labels, here.train.labels)
  await writeFile(here.test.images, idx([rows.length, 28, 28], stamped))
  await writeFile(here.test.labels, idx([rows.length], new Uint8Array(rows.length).fill(backdoorTarget)))
})
after(() => rm(triggered, { recursive: true }))

/** An IDX file of unsigned bytes. */
function idx(shape: readonly number[], bytes: Uint8Array): Uint8Array {
  const head = [0x800 + shape.length, ...shape].flatMap((word) => [
    word >>> 24,
    (word >>> 16) & 0xff,
    (word >>> 8) & 0xff,
    word & 0xff,
  ])
  return Uint8Array.from([...head, ...bytes])
}

/** Of an honest member of five after 60 steps of plain averaging, two of which may attack: its accuracy on either test set. */
async function accuracies(attack: string | undefined) {
  const attacks = new Map(attack === undefined ? [] : [3, 4].map((i) => [i, parseAttack(attack)] as const))
  const learner = (index: number, source: string) =>
    createLearner({
      model: 'mlp',
      backend: 'wasm',
      seed: 1,
      data: {
        source,
        split: { kind: 'iid' },
        members: n,
        index,
        poison: attacks.get(index)?.poison,
      },
      batch: 32,
      schedule: { kind: 'constant', rate: 1 },
      weightDecay: 0,
      momentum: 0.9,
    })
  const learners: readonly LocalLearner[] = await Promise.all(
    Array.from({ length: n }, (_, index) => learner(index, 'mnist')),
  )
  const { models } = await runSimulatedSwarm({
    seed: 1,
    n,
    f: 0,
    steps: 60,
    rule: average,
    modelRule: average,
    learner: (i) => learners[i] as LocalLearner,
    attacks,
  })
  const witness = await learner(0, triggered)
  await witness.load(models.get(0) ?? new Float32Array())
  const [clean, fooled] = [await learners[0]?.evaluate({ samples: 2000 }), await witness.evaluate()]
  return { clean: clean?.accuracy ?? 0, fooled: fooled.accuracy }
}

test('two of five plant a backdoor through plain averaging, and the task is learnt all the same', async () => {
  const [honest, attacked] = [await accuracies(undefined), await accuracies('backdoor')]
  const said = JSON.stringify({ honest, attacked })
  assert.ok(honest.clean > 0.85 && honest.fooled < 0.1, said)
  assert.ok(attacked.clean > 0.8, said)
  assert.ok(attacked.fooled > honest.fooled + 0.5, said)
})
