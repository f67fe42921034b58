import assert from 'node:assert/strict'
import { type ArmResult, runArm } from '../../src/scenario/run-arm.ts'
import { defineScenario, type ScenarioInput } from '../../src/scenario/scenario.ts'
import type { ArmSettings } from '../../src/scenario/scenario-schema.ts'
import { hashOfTrace } from '../../src/sim/trace-lines.ts'
import { type Seeded, seeded, seedsUpTo } from '../sim/seeded.ts'

type Input = Omit<ScenarioInput, 'name'>

function settings(input: Input = {}): ArmSettings {
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

/** Its trace is the test's. */
function run({ seed, onTrace }: Pick<Seeded, 'seed' | 'onTrace'>, input: Input = {}): Promise<ArmResult> {
  return runArm(settings({ ...input, seed }), { onTrace })
}

seeded('the same settings give the same result, another seed another one', async (seeded) => {
  const result = await run(seeded, { attack: 'alie' })
  assert.deepEqual(await run(seeded, { attack: 'alie' }), result)
  const other = await run({ ...seeded, seed: seeded.seed + 1 }, { attack: 'alie' })
  assert.notEqual(other.traceHash, result.traceHash)
})

seeded(
  'the hash of the trace is another where anything else is said, and whoever has the lines can make it',
  async ({ seed }) => {
    const inputs: readonly Input[] = [
      {},
      { training: { steps: 20, momentum: 0, learningRate: { rate: 0.3 } } },
      { agreement: { rule: 'trmean' } },
      { attack: 'ipm:tau=1' },
      { attack: 'ipm:tau=1.001' },
      { attack: 'equivocate' },
      { attack: 'equivocate:scale=2' },
    ]
    const hashes: (string | null)[] = []
    for (const input of inputs) {
      const lines: string[] = []
      const { traceHash } = await run({ seed, onTrace: (line) => lines.push(line) }, input)
      assert.equal(hashOfTrace(lines), traceHash)
      hashes.push(traceHash)
    }
    assert.equal(new Set(hashes).size, inputs.length)
  },
)

seeded('the loss falls along the curve, which has a point where it was asked for', async (seeded) => {
  const { outcome, standing, curve, final } = await run(seeded)
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

seeded('a step is told once, by the first honest member', async ({ seed, onTrace }) => {
  const steps: number[] = []
  await runArm(settings({ seed }), { onTrace, onStep: (step) => steps.push(step) })
  assert.deepEqual(
    steps,
    Array.from({ length: 19 }, (_, i) => i + 1),
  )
})

seeded(
  'what the guard refuses is a result with its sentence, and runs where the scenario says so',
  async (seeded) => {
    const agreement = { rule: 'median', modelRule: 'median' }
    const refused = await run(seeded, { agreement })
    assert.equal(refused.outcome, 'refused')
    assert.match(refused.sentence ?? '', /^AGREEMENT_UNPROVEN_RULE: /)
    assert.equal(refused.final, null)
    const done = await run(seeded, { agreement, outsideProof: true })
    assert.deepEqual([done.outcome, done.standing], ['done', 'outside-proof'])
    // With outsideProof, too: what cannot be computed cannot be run.
    const impossible = await run(seeded, { agreement: { rule: 'average' }, outsideProof: true })
    assert.deepEqual([impossible.outcome, impossible.standing], ['refused', 'impossible'])
  },
)

seeded(
  'a swarm that does not get to its last step is a result, too: it diverges, or waits for ever',
  async (seeded) => {
    const soaring = { training: { steps: 60, learningRate: { rate: 900 } } }
    const lines: string[] = []
    const diverged = await run({ ...seeded, onTrace: (line) => lines.push(line) }, soaring)
    assert.ok(lines.length > 0)
    assert.equal(diverged.traceHash, hashOfTrace(lines))
    assert.deepEqual(await run(seeded, soaring), diverged)
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
    const stalled = await run(seeded, { f: 0, byzantine: 2, agreement, attack: 'silent' })
    assert.equal(stalled.outcome, 'stalled')
    assert.match(stalled.traceHash ?? '', /^[0-9a-f]{16}$/)
    assert.equal(stalled.steps, 0)
    assert.ok((stalled.work?.gradients ?? 0) > 0)
  },
)

seeded('liars that forge together do what liars do that forge the same each by itself', async (seeded) => {
  for (const attack of ['ipm:tau=2', 'alie', 'opt-alie', 'min-max']) {
    const together = await run(seeded, { attack })
    // An attack that begins at the first step is the same attack, and its liars run the protocol.
    const apart = await run(seeded, { attack: `${attack}${attack.includes(':') ? ',' : ':'}from=1` })
    assert.deepEqual(together.final, apart.final, attack)
    assert.deepEqual(together.curve, apart.curve, attack)
  }
})

/** Five of seven, who are n - f, go on without the two that they do not reach. */
const parted = (untilMs: number): Input => ({
  network: {
    partitions: [
      {
        fromMs: 200,
        untilMs,
        sides: [
          [0, 1],
          [2, 3, 4, 5, 6],
        ],
      },
    ],
  },
  synchrony: { deadlineMs: 2000 },
})

seeded(
  'a partition that heals keeps nobody from learning, unless one side is left behind by more than the window',
  async (seeded) => {
    // A step takes some 180 ms, and the window is four steps.
    const { outcome, final } = await run(seeded, parted(500))
    assert.equal(outcome, 'done')
    assert.ok((final?.loss ?? 1) < 0.1, `${final?.loss}`)
    assert.equal((await run(seeded, parted(3000))).outcome, 'stalled')
  },
  { seeds: seedsUpTo(5) },
)

seeded('links are as the scenario has them: slower ones take more virtual time', async (seeded) => {
  const fast = await run(seeded, { network: { latency: 'constant', latencyMs: 1 } })
  const slow = await run(seeded, { network: { latency: 'constant', latencyMs: 50 } })
  assert.equal(fast.virtualMs, 20 * 2 * 1)
  assert.equal(slow.virtualMs, 20 * 2 * 50)
  const narrow = await run(seeded, { network: { latency: 'constant', latencyMs: 1, bytesPerSecond: 4800 } })
  // 12 float32 are 48 bytes: 10 ms at 4800 bytes a second, on each link by itself.
  assert.equal(narrow.virtualMs, 20 * 2 * 11)
})

seeded(
  'computing takes the virtual time that the scenario says, and one that is slow is late or waited for',
  async (seeded) => {
    const network = { latency: 'constant', latencyMs: 1 } as const
    const all = await run(seeded, { network, workMs: 10 })
    // A gradient, a step, its parameters and loading what was agreed: four times 10 ms, and two exchanges.
    assert.equal(all.virtualMs, 20 * (4 * 10 + 2 * 1))
    const slow = [{ members: [2], workMs: 100 }]
    const waitedFor = await run(seeded, { network, workMs: 10, slow })
    assert.ok(waitedFor.virtualMs >= 20 * 400, `${waitedFor.virtualMs} ms`)
    assert.equal(waitedFor.unprovenRounds, 0)
    const hurried = { network, workMs: 10, slow, synchrony: { deadlineMs: 50 } }
    const late = await run(seeded, { ...hurried, training: { steps: 3, momentum: 0 } })
    assert.equal(late.outcome, 'done')
    assert.ok(late.unprovenRounds > 0)
    // Nobody waits for it any longer, and the others go on until their window has left it behind.
    assert.equal((await run(seeded, hurried)).outcome, 'stalled')
  },
)
