import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runArm } from '../../src/scenario/run-arm.ts'
import { defineScenario, type ScenarioInput } from '../../src/scenario/scenario.ts'
import type { ArmSettings } from '../../src/scenario/scenario-schema.ts'
import { hashOfTrace } from '../../src/sim/trace-lines.ts'

function settings(input: Omit<ScenarioInput, 'name'> = {}): ArmSettings {
  const { arms } = defineScenario({
    name: 'x',
    task: { data: 'quadratic', dimension: 12 },
    training: { steps: 20, momentum: 0, learningRate: { rate: 0.2 } },
    evaluation: { everySteps: 5 },
    ...input,
  })
  const [arm] = arms
  assert.ok(arm)
  return arm.settings
}

test('the same settings give the same result, another seed another one', async () => {
  const arm = settings({ attack: 'alie' })
  const result = await runArm(arm)
  assert.deepEqual(await runArm(arm), result)
  assert.notEqual((await runArm({ ...arm, seed: 2 })).traceHash, result.traceHash)
})

test('the hash of the trace is another where anything else is said, and whoever has the lines can make it', async () => {
  const runs = [
    settings(),
    settings({ training: { steps: 20, momentum: 0, learningRate: { rate: 0.3 } } }),
    settings({ agreement: { rule: 'trmean' } }),
    settings({ attack: 'ipm:tau=1' }),
    settings({ attack: 'ipm:tau=1.001' }),
    settings({ attack: 'equivocate' }),
    settings({ attack: 'equivocate:scale=2' }),
  ]
  const hashes: (string | null)[] = []
  for (const run of runs) {
    const lines: string[] = []
    const { traceHash } = await runArm(run, { onTrace: (line) => lines.push(line) })
    assert.equal(hashOfTrace(lines), traceHash)
    hashes.push(traceHash)
  }
  assert.equal(new Set(hashes).size, runs.length)
})

test('the loss falls along the curve, which has a point where it was asked for', async () => {
  const { outcome, standing, curve, final } = await runArm(settings())
  assert.equal(outcome, 'done')
  assert.equal(standing, 'proven')
  assert.deepEqual(
    curve.map(({ step }) => step),
    [5, 10, 15],
  )
  const losses = [...curve, final].map((point) => point?.loss ?? Number.NaN)
  for (const [i, loss] of losses.slice(1).entries()) assert.ok(loss < (losses[i] ?? 0), `${losses}`)
  assert.equal(final?.accuracy, null)
})

test('a step is told once, by the first honest member', async () => {
  const steps: number[] = []
  await runArm(settings(), { onStep: (step) => steps.push(step) })
  assert.deepEqual(
    steps,
    Array.from({ length: 19 }, (_, i) => i + 1),
  )
})

test('what the guard refuses is a result with its sentence, and runs where the scenario says so', async () => {
  const agreement = { rule: 'median', modelRule: 'median' }
  const refused = await runArm(settings({ agreement }))
  assert.equal(refused.outcome, 'refused')
  assert.match(refused.sentence ?? '', /^AGREEMENT_UNPROVEN_RULE: /)
  assert.equal(refused.final, null)
  const run = await runArm(settings({ agreement, outsideProof: true }))
  assert.deepEqual([run.outcome, run.standing], ['done', 'outside-proof'])
  // With outsideProof, too: what cannot be computed cannot be run.
  const impossible = await runArm(settings({ agreement: { rule: 'average' }, outsideProof: true }))
  assert.deepEqual([impossible.outcome, impossible.standing], ['refused', 'impossible'])
})

test('a swarm that does not get to its last step is a result, too: it diverges, or waits for ever', async () => {
  const soaring = settings({ training: { steps: 60, learningRate: { rate: 900 } } })
  const lines: string[] = []
  const diverged = await runArm(soaring, { onTrace: (line) => lines.push(line) })
  assert.ok(lines.length > 0)
  assert.equal(diverged.traceHash, hashOfTrace(lines))
  assert.deepEqual(await runArm(soaring), diverged)
  assert.equal(diverged.outcome, 'diverged')
  assert.match(diverged.sentence ?? '', /^AGREEMENT_DIVERGED: /)
  assert.ok(diverged.curve.length > 0)
  // The sentence names the step that could not be taken, and what led there was work too.
  assert.match(diverged.sentence ?? '', new RegExp(`of step ${diverged.steps + 1} `))
  const honest = 7
  assert.ok((diverged.work?.gradients ?? 0) >= diverged.steps * honest && (diverged.work?.bytes ?? 0) > 0)
  assert.ok(diverged.virtualMs > 0)
  // Averaging has no f vectors to do without.
  const agreement = { rule: 'average', modelRule: 'average' }
  const stalled = await runArm(settings({ f: 0, byzantine: 2, agreement, attack: 'silent' }))
  assert.equal(stalled.outcome, 'stalled')
  assert.match(stalled.traceHash ?? '', /^[0-9a-f]{16}$/)
  assert.equal(stalled.steps, 0)
  assert.ok((stalled.work?.gradients ?? 0) > 0)
})

test('liars that forge together do what liars do that forge the same each by itself', async () => {
  for (const attack of ['ipm:tau=2', 'alie', 'opt-alie', 'min-max']) {
    const together = await runArm(settings({ attack }))
    // An attack that begins at the first step is the same attack, and its liars run the protocol.
    const apart = await runArm(settings({ attack: `${attack}${attack.includes(':') ? ',' : ':'}from=1` }))
    assert.deepEqual(together.final, apart.final, attack)
    assert.deepEqual(together.curve, apart.curve, attack)
  }
})

test('a partition that heals keeps nobody from learning', async () => {
  const network = {
    partitions: [
      {
        fromMs: 200,
        untilMs: 900,
        sides: [
          [0, 1],
          [2, 3, 4, 5, 6],
        ],
      },
    ],
  }
  const { outcome, final } = await runArm(settings({ network, synchrony: { deadlineMs: 2000 } }))
  assert.equal(outcome, 'done')
  assert.ok((final?.loss ?? 1) < 0.1, `${final?.loss}`)
})

test('links are as the scenario has them: slower ones take more virtual time', async () => {
  const fast = await runArm(settings({ network: { latency: 'constant', latencyMs: 1 } }))
  const slow = await runArm(settings({ network: { latency: 'constant', latencyMs: 50 } }))
  assert.equal(fast.virtualMs, 20 * 2 * 1)
  assert.equal(slow.virtualMs, 20 * 2 * 50)
  const narrow = await runArm(
    settings({ network: { latency: 'constant', latencyMs: 1, bytesPerSecond: 4800 } }),
  )
  // 12 float32 are 48 bytes: 10 ms at 4800 bytes a second, on each link by itself.
  assert.equal(narrow.virtualMs, 20 * 2 * 11)
})

test('computing takes the virtual time that the scenario says, and one that is slow is late or waited for', async () => {
  const network = { latency: 'constant', latencyMs: 1 } as const
  const all = await runArm(settings({ network, workMs: 10 }))
  // A gradient, a step, its parameters and loading what was agreed: four times 10 ms, and two exchanges.
  assert.equal(all.virtualMs, 20 * (4 * 10 + 2 * 1))
  const slow = [{ members: [2], workMs: 100 }]
  const waitedFor = await runArm(settings({ network, workMs: 10, slow }))
  assert.ok(waitedFor.virtualMs >= 20 * 400, `${waitedFor.virtualMs} ms`)
  assert.equal(waitedFor.unprovenRounds, 0)
  const hurried = { network, workMs: 10, slow, synchrony: { deadlineMs: 50 } }
  const late = await runArm(settings({ ...hurried, training: { steps: 3, momentum: 0 } }))
  assert.equal(late.outcome, 'done')
  assert.ok(late.unprovenRounds > 0)
  // Nobody waits for it any longer, and the others go on until their window has left it behind.
  assert.equal((await runArm(settings(hurried))).outcome, 'stalled')
})
