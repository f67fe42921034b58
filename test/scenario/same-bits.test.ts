/** The simulator's contract with whoever reports a seed: the same settings, the same run, on every engine. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { runArm } from '../../src/scenario/run-arm.ts'
import { defineScenario, type ScenarioInput } from '../../src/scenario/scenario.ts'

async function recorded(
  input: Omit<ScenarioInput, 'name'>,
): Promise<{ trace: string | null; figures: string }> {
  const { arms } = defineScenario({ name: 'x', ...input })
  const [arm] = arms
  assert.ok(arm)
  const { traceHash, final, curve, unprovenRounds, virtualMs } = await runArm(arm.settings)
  const figures = JSON.stringify([final, curve, unprovenRounds, virtualMs])
  return { trace: traceHash, figures: createHash('sha256').update(figures).digest('hex').slice(0, 16) }
}

/** Whatever draws or rounds: noise, momentum, links of random latency that lose messages, a partition, liars, two rules. */
const eventful: Omit<ScenarioInput, 'name'> = {
  n: 7,
  f: 2,
  attack: 'alie,equivocate',
  seed: 11,
  task: { data: 'quadratic', dimension: 50, noise: 0.1 },
  training: { steps: 12, momentum: 0.9, learningRate: { kind: 'inverse', rate: 0.2, decay: 0.05 } },
  network: {
    latency: 'log-normal',
    latencyMs: 20,
    loss: 0.05,
    bytesPerSecond: 100_000,
    partitions: [
      {
        fromMs: 200,
        untilMs: 500,
        sides: [
          [0, 1],
          [2, 3, 4, 5, 6],
        ],
      },
    ],
  },
  evaluation: { everySteps: 3 },
}

// Made by this test on Node 24.21; Node 22.23 gives the same.
test('a run of LEARN has one trace and one set of figures on every engine: they are written here', async () => {
  assert.deepEqual(await recorded(eventful), { trace: '126b5b9e67d15c75', figures: 'ffab04e84d068dc7' })
})

test('so has a run over reliable broadcast', async () => {
  const reliable = { ...eventful, training: { steps: 3 }, synchrony: { policy: 'reliable' } } as const
  assert.deepEqual(await recorded(reliable), { trace: '68fb62c61f81007f', figures: '07b98642904d65ad' })
})
