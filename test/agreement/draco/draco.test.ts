/** DRACO in the simulator: what its section of the docs promises, under the liars that it names and under one more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DracoCode } from '../../../src/agreement/draco/assess.ts'
import { drawOf } from '../../../src/agreement/draco/draco-worker.ts'
import { groupMembers, meanOfSums, sumOf } from '../../../src/agreement/draco/repetition-code.ts'
import { modelTag } from '../../../src/agreement/tags.ts'
import { isCoded } from '../../../src/util/coded-error.ts'
import {
  type DracoSwarm,
  dimension,
  type Liar,
  learnerOf,
  noisy,
  poisoning,
  saying,
  silent,
  trainWithDraco,
  workerName,
} from './swarm.ts'

const steps = 4
/** Models are float32 and of size 1: a few of its roundings. */
const rounding = 4 * 2 ** -23

const swarm = (code: DracoCode, n: number, f: number, liars?: ReadonlyMap<number, Liar>): DracoSwarm => ({
  code,
  n,
  f,
  seed: 7,
  steps,
  ...(liars && { liars }),
})

/** The first `count` workers of every group lie, each in its own way; at most s of them in all. */
function liarsOf(count: number, start: number, kinds: readonly Liar[]): Map<number, Liar> {
  return new Map(
    Array.from({ length: count }, (_, i) => [start + i, kinds[i % kinds.length] ?? silent] as const),
  )
}

const rubbish = saying('vote', (digest) => digest.map((byte) => byte ^ 1))
const otherSum = saying('sum', (sum) => sum.map((byte) => byte ^ 1))
const notANumber = saying(
  'row',
  (row) => new Uint8Array(new Float64Array(row.length / 8).fill(Number.NaN).buffer),
)

/** The same steps on one machine: the mean over all batches, without a code. */
async function alone(n: number, mean: (gradients: readonly Float32Array[]) => Float32Array) {
  const learner = learnerOf(7)
  for (let step = 1; step <= steps; step++) {
    const gradients: Float32Array[] = []
    for (let part = 0; part < n; part++)
      gradients.push(await learner.gradient({ step: drawOf(step, part, n) }))
    await learner.apply(mean(gradients), step)
  }
  return learner.parameters()
}

function greatestDifference(a: Float32Array, b: Float32Array): number {
  return Math.max(...a.map((x, k) => Math.abs(x - (b[k] ?? Number.NaN))))
}

test('repetition: bit for bit the attack-free run, with every number of liars up to s, whatever they do', async () => {
  for (const [n, f] of [
    [3, 1],
    [9, 1],
    [5, 2],
    [10, 2],
    [7, 3],
  ] as const) {
    const free = await trainWithDraco(swarm('repetition', n, f))
    for (let count = 1; count <= f; count++)
      for (const kinds of [[noisy(1e-3, 1), noisy(1e6, 2)], [silent], [rubbish], [otherSum, silent, rubbish]])
        for (const start of [0, n - count]) {
          const liars = liarsOf(count, start, kinds)
          const attacked = await trainWithDraco(swarm('repetition', n, f, liars))
          const where = `n = ${n}, f = ${f}, ${count} liars from ${start}`
          assert.deepEqual(attacked.model, free.model, where)
          for (const [i, report] of attacked.reports.entries())
            assert.deepEqual(report.gradient?.after, free.reports[i]?.gradient?.after, where)
          for (const model of attacked.models) assert.deepEqual(model, free.model, where)
        }
  }
})

test('repetition: the attack-free run is that of one machine which sums in the same order', async () => {
  const [n, f] = [10, 2]
  const { model } = await trainWithDraco(swarm('repetition', n, f))
  const groups = [0, 1].map((group) => groupMembers(group, f))
  const expected = await alone(n, (gradients) =>
    meanOfSums(
      groups.map((members) => sumOf(members.map((i) => gradients[i] ?? new Float32Array()))),
      n,
    ),
  )
  assert.deepEqual(model, expected)
})

test('cyclic: the attack-free run up to rounding, with every number of liars up to s of mixed magnitude', async () => {
  for (const [n, f] of [
    [3, 1],
    [7, 2],
    [9, 3],
    [15, 3],
    [20, 4],
  ] as const) {
    const plain = await alone(n, (gradients) =>
      Float32Array.from(
        { length: dimension },
        (_, k) => gradients.reduce((sum, g) => sum + (g[k] ?? 0), 0) / n,
      ),
    )
    for (let count = 0; count <= f; count++)
      for (const kinds of [
        [noisy(1e6, 1), noisy(1e-3, 2), noisy(1, 3)],
        [silent],
        [notANumber, noisy(30, 4)],
      ]) {
        const liars = liarsOf(count, 1, kinds)
        const { model, reports, models } = await trainWithDraco(swarm('cyclic', n, f, liars))
        const where = `n = ${n}, f = ${f}, ${count} liars`
        assert.ok(greatestDifference(model, plain) <= rounding, where)
        for (const one of models) assert.deepEqual(one, model, where)
        for (const { refusal } of reports) assert.equal(refusal, undefined, where)
      }
  }
})

for (const code of ['repetition', 'cyclic'] as const)
  test(`${code}: s + 1 workers that agree on a lie about a batch that they all hold are believed`, async () => {
    const [n, f, shift] = [9, 1, 90]
    const free = await trainWithDraco(swarm(code, n, f))
    // Batch 2 is held by 0, 1, 2 in both codes.
    const colluders = new Map([0, 1].map((worker) => [worker, poisoning(2, n, shift)] as const))
    const { model, reports } = await trainWithDraco(swarm(code, n, f, colluders))
    assert.ok(greatestDifference(model, free.model) > 0.5, 'the model follows the lie')
    const [first, freely] = [reports[0]?.gradient?.after[0] ?? 0, free.reports[0]?.gradient?.after[0] ?? 0]
    assert.ok(Math.abs(first - freely - shift / n) < 1e-4, `${first} and ${freely}`)
    // The honest one looks like the liar.
    if (code === 'cyclic') assert.deepEqual(reports[0]?.caught, [workerName(2)])
  })

test('s + 1 workers that do not agree: the step is refused, the model stays, the report says why, and it goes on', async () => {
  for (const [code, n] of [
    ['repetition', 3],
    ['cyclic', 7],
  ] as const) {
    const liars = new Map([
      [0, noisy(1, 1)],
      [1, noisy(2, 2)],
    ])
    const { model, reports } = await trainWithDraco(swarm(code, n, 1, liars))
    assert.equal(reports.length, steps)
    for (const { refusal, gradient, caught } of reports) {
      assert.match(refusal ?? '', /more than 1 lie/)
      assert.equal(gradient, undefined)
      assert.deepEqual(caught, [])
    }
    assert.deepEqual(model, new Float32Array(dimension))
  }
})

test('who lied is named and blamed in each step, and nobody else is', async () => {
  const byCode = {
    repetition: [noisy(1, 1), otherSum, 'AGREEMENT_OUTVOTED', 'AGREEMENT_WRONG_PAYLOAD'],
    cyclic: [noisy(1, 1), notANumber, 'AGREEMENT_OUTVOTED', 'CODEC_NOT_FINITE'],
  } as const
  for (const code of ['repetition', 'cyclic'] as const) {
    const [one, other, kind, otherKind] = byCode[code]
    const liars = new Map<number, Liar>([
      [1, one],
      [5, other],
    ])
    const { world, reports } = await trainWithDraco(swarm(code, 10, 2, liars))
    const blamed = new Set(world.blames.map(({ peer, kind, by }) => `${by} ${peer} ${kind}`))
    const possible = [`p000 ${workerName(1)} ${kind}`, `p000 ${workerName(5)} ${otherKind}`]
    assert.ok(blamed.size > 0)
    assert.deepEqual(
      [...blamed].filter((one) => !possible.includes(one)),
      [],
    )
    for (const { gradient } of code === 'cyclic' ? reports : []) {
      assert.deepEqual(gradient?.missing, [workerName(1), workerName(5)])
      assert.equal(gradient?.heard.length, 8)
      // What does not decode is absent, and may have been honest; what does not fit was a lie.
      assert.deepEqual(gradient?.exchanges, [{ late: 1, factor: 0 }])
    }
    if (code === 'cyclic') assert.ok(reports.every(({ caught }) => caught.join() === workerName(1)))
  }
})

test('who served a wrong sum is asked last from then on: it costs one sum, once', async () => {
  const liars = new Map([0, 1].map((worker) => [worker, otherSum] as const))
  const { world } = await trainWithDraco({ ...swarm('repetition', 5, 2, liars), latency: () => 10 })
  const wrong = world.blames.filter(({ kind }) => kind === 'AGREEMENT_WRONG_PAYLOAD')
  assert.deepEqual(
    wrong.map(({ peer, tag }) => [peer, tag?.step]),
    [
      [workerName(0), 1],
      [workerName(1), 1],
    ],
  )
})

test('who votes and never serves the sum is asked last from then on: it costs one deadline, once', async () => {
  const votesAlone: Liar = {
    mesh: (mesh) => ({ offer: (tag, payload) => tag.kind !== 'sum' && mesh.offer(tag, payload) }),
  }
  const timed = async (f: number, liars: readonly number[], many: number) => {
    const misers = new Map(liars.map((worker) => [worker, votesAlone] as const))
    const twenty = { ...swarm('repetition', 2 * f + 1, f, misers), steps: many, latency: () => 10 }
    const { world, model } = await trainWithDraco(twenty)
    return { ms: world.clock.now(), model }
  }
  for (const [f, liars] of [
    [1, [0]],
    [2, [0, 1]],
  ] as const) {
    const [free, miserly] = [await timed(f, [], 20), await timed(f, liars, 20)]
    assert.equal(miserly.ms - free.ms, 200 * liars.length, `s = ${f}`)
    assert.deepEqual(miserly.model, free.model)
  }
})

test('only the server is believed about models, and only workers about gradients', async () => {
  const usurper: Liar = {
    mesh: (mesh) => ({
      async publish(tag, payload, options) {
        if (tag.step < steps) await mesh.publish(modelTag(tag.step + 1), new Uint8Array(4 * dimension))
        await mesh.publish(tag, payload, options)
      },
    }),
  }
  const free = await trainWithDraco(swarm('repetition', 3, 1))
  const { world, model, models } = await trainWithDraco(swarm('repetition', 3, 1, new Map([[1, usurper]])))
  assert.deepEqual(model, free.model)
  for (const one of models) assert.deepEqual(one, free.model)
  const usurped = world.blames.filter(({ kind }) => kind === 'AGREEMENT_WRONG_ROLE')
  assert.ok(usurped.length > 0 && usurped.every(({ peer }) => peer === workerName(1)))
})

test('repetition: a slow honest worker is not waited for, skips what is over, and has the model in the end', async () => {
  const [n, f] = [5, 2]
  const slow = {
    ...swarm('repetition', n, f),
    steps: 12,
    workMs: (worker: number) => (worker === 0 ? 100 : 1),
  }
  const quick = { ...slow, workMs: () => 1 }
  const [late, free] = [await trainWithDraco(slow), await trainWithDraco(quick)]
  assert.deepEqual(late.model, free.model)
  for (const model of late.models) assert.deepEqual(model, free.model)
  const counts = late.workerReports.map((reports) => reports.length)
  assert.ok((counts[0] ?? 12) < 6 && counts.slice(1).every((count) => count === 12), counts.join())
})

test('cyclic: an honest worker that misses the deadline counts as a liar, and beyond s the step is refused', async () => {
  const slow = (worker: number) => (worker === 0 ? 500 : 1)
  const exact = await trainWithDraco(swarm('cyclic', 7, 1))
  const late = await trainWithDraco({ ...swarm('cyclic', 7, 1), workMs: slow })
  assert.deepEqual(
    late.reports.map(({ refusal }) => refusal),
    Array.from({ length: steps }, () => undefined),
  )
  assert.ok(greatestDifference(late.model, exact.model) <= rounding)
  const both = await trainWithDraco({ ...swarm('cyclic', 7, 1, new Map([[3, noisy(1, 1)]])), workMs: slow })
  for (const { refusal } of both.reports) assert.match(refusal ?? '', /more than 1 lie or are late/)
})

test('cyclic: a silent worker costs two deadlines, and is then no longer waited for', async () => {
  const { world } = await trainWithDraco({
    ...swarm('cyclic', 5, 1, new Map([[2, silent]])),
    steps: 20,
    latency: () => 10,
  })
  // 2 deadlines of 200 ms, and 18 steps there and back, and the trained model.
  assert.ok(world.clock.now() <= 2 * 200 + 18 * 20 + 10 + 1, `${world.clock.now()} ms`)
})

test('repetition: where more than s of a group are silent the server says that it is stalled, and for whom it waits', async () => {
  const told: string[] = []
  const liars = new Map([0, 1].map((worker) => [worker, silent] as const))
  const stuck = trainWithDraco({
    ...swarm('repetition', 3, 1, liars),
    onProgress: ({ stalled, waitingFor }) => told.push(`${stalled} ${waitingFor.join()}`),
  })
  await assert.rejects(stuck, (error) => isCoded(error, 'SIM_STALLED'))
  assert.equal(told.at(-1), `true ${workerName(0)},${workerName(1)}`)
})

test('cyclic: with more than s silent there is no point in decoding: the server waits for n - s', async () => {
  const told: string[] = []
  const liars = new Map([0, 1].map((worker) => [worker, silent] as const))
  const stuck = trainWithDraco({
    ...swarm('cyclic', 5, 1, liars),
    onProgress: ({ stalled, waitingFor }) => told.push(`${stalled} ${waitingFor.join()}`),
  })
  await assert.rejects(stuck, (error) => isCoded(error, 'SIM_STALLED'))
  assert.equal(told.at(-1), `true ${workerName(0)},${workerName(1)}`)
})

test('a worker that loses its connection is not waited for, and counts again once it is back', async () => {
  for (const code of ['repetition', 'cyclic'] as const) {
    const free = await trainWithDraco({ ...swarm(code, 9, 1), steps: 8 })
    const broken = await trainWithDraco({
      ...swarm(code, 9, 1),
      steps: 8,
      onWorld: ({ clock, network }) => {
        clock.after(50, () => network.disconnect('p000', workerName(4)))
        clock.after(120, () => network.connect('p000', workerName(4)))
      },
    })
    assert.ok(greatestDifference(broken.model, free.model) <= rounding, code)
    for (const { refusal } of broken.reports) assert.equal(refusal, undefined)
    assert.deepEqual(broken.models.length, 9)
    for (const model of broken.models) assert.deepEqual(model, broken.model)
    // No deadline of 200 ms was waited out.
    assert.ok(broken.world.clock.now() < free.world.clock.now() + 200, code)
  }
})

test('a wrong number of workers is refused before anything is said', async () => {
  await assert.rejects(trainWithDraco(swarm('repetition', 4, 1)), (error) =>
    isCoded(error, 'AGREEMENT_DRACO_UNEVEN'),
  )
  await assert.rejects(trainWithDraco(swarm('cyclic', 45, 5)), (error) =>
    isCoded(error, 'AGREEMENT_DRACO_ILL_CONDITIONED'),
  )
})

test('gradients that are no longer finite end the run of the worker that computed them', async () => {
  await assert.rejects(
    trainWithDraco(swarm('cyclic', 3, 1, new Map([[0, noisy(Number.POSITIVE_INFINITY, 1)]]))),
    (error) => isCoded(error, 'AGREEMENT_DIVERGED'),
  )
})
