/** What a crash does to those who go on, what a member that is back is worth, and which crashes a scenario may have. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StepReport } from '../../src/agreement/protocol.ts'
import { parseAttack } from '../../src/attack/attacks.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import { diameter } from '../../src/gar/spread.ts'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'
import { learnersOf } from '../../src/scenario/arm-learners.ts'
import { runArm } from '../../src/scenario/run-arm.ts'
import { checkScenario } from '../../src/scenario/scenario.ts'
import type { ArmSettings } from '../../src/scenario/scenario-schema.ts'
import { runSimulatedSwarm, type SimulatedSwarmOptions } from '../../src/scenario/simulated-swarm.ts'
import { isCoded } from '../../src/util/coded-error.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { type Seeded, seeded, seedsUpTo } from '../sim/seeded.ts'

const d = 8
const trmean = parseRule('trmean')
const steps = 20

function run(
  { seed, onTrace }: Pick<Seeded, 'seed' | 'onTrace'>,
  options: Partial<SimulatedSwarmOptions> = {},
) {
  return runSimulatedSwarm({
    seed,
    n: 7,
    f: 2,
    steps,
    rule: trmean,
    modelRule: trmean,
    learner: (i) => {
      const random = seededRandom(seed, 'center', i)
      const center = Float32Array.from({ length: d }, () => 2 + 0.2 * random.normal())
      return quadraticLearner({ center, schedule: { kind: 'constant', rate: 0.2 } })
    },
    onTrace,
    ...options,
  })
}

/** The middle of a run: a step takes about 200 ms. */
const atMs = 1500

seeded(
  'members that crash are done without at once, and no deadline is waited for',
  async (seeded) => {
    const whole = await run(seeded)
    const { models, virtualMs, blames, spreads } = await run(seeded, { crashes: [{ members: [1, 4], atMs }] })
    assert.deepEqual([...models.keys()], [0, 2, 3, 5, 6])
    // Its deadline of 1000 ms: presence tells that who is missing is gone.
    assert.ok(virtualMs < whole.virtualMs + 500, `${virtualMs} ms, ${whole.virtualMs} ms without`)
    assert.deepEqual(blames, [])
    assert.equal(spreads.length, 2 * steps)
  },
  { seeds: seedsUpTo(3) },
)

seeded('when more than f are gone the others wait for ever', async (seeded) => {
  const crashes = [{ members: [1, 4, 5], atMs }]
  await assert.rejects(run(seeded, { crashes }), (error) => isCoded(error, 'SIM_STALLED'))
})

interface Took {
  readonly position: number
  readonly report: StepReport
}

/** A run in which member 4 crashes and is back a second later; the steps that each took. */
async function withReturn(
  seeded: Pick<Seeded, 'seed' | 'onTrace'>,
  options: Partial<SimulatedSwarmOptions> = {},
) {
  const took: Took[] = []
  const result = await run(seeded, {
    crashes: [{ members: [4], atMs, backAtMs: atMs + 1000 }],
    onStep: (position, report) => void took.push({ position, report }),
    ...options,
  })
  const own = took.flatMap(({ position, report }) => (position === 4 ? [report.step] : []))
  const gap = own.findIndex((step, i) => i > 0 && step > (own[i - 1] ?? 0) + 1)
  return { ...result, took, own, first: own[gap] ?? Number.NaN, last: own[gap - 1] ?? Number.NaN }
}

const modelsAt = (took: readonly Took[], step: number, which: 'before' | 'after') =>
  new Map(
    took.flatMap(({ position, report }) =>
      report.step === step && report.model !== undefined ? [[position, report.model[which]] as const] : [],
    ),
  )

/** Whether `vector` is in the box of `others`, but for rounding. */
function isInside(vector: Float32Array, others: readonly Float32Array[]): boolean {
  return vector.every((x, k) => {
    const column = others.map((other) => other[k] ?? Number.NaN)
    return x >= Math.min(...column) - 1e-5 && x <= Math.max(...column) + 1e-5
  })
}

seeded(
  'a member that is back begins far off, and is in the range of the others after one agreement on models',
  async (seeded) => {
    const { took, own, first, last, models, blames } = await withReturn(seeded)
    assert.ok(last >= 1 && first > last + 1 && own.at(-1) === steps, `${own}`)
    const before = modelsAt(took, first, 'before')
    const others = [...before].flatMap(([position, model]) => (position === 4 ? [] : [model]))
    assert.equal(others.length, 6)
    assert.equal(isInside(before.get(4) ?? new Float32Array(d), others), false)
    assert.ok(isInside(modelsAt(took, first, 'after').get(4) ?? new Float32Array(d), others))
    assert.equal(models.size, 7)
    // It says nothing under a tag of its earlier life, so that nobody can call it an equivocator.
    assert.deepEqual(blames, [])
  },
  { seeds: seedsUpTo(5) },
)

seeded(
  'with f liars of any kind about, one that is back is one too many: f counts those who are gone',
  async (seeded) => {
    const equivocating = new Map([5, 6].map((i) => [i, parseAttack('sign-flip:scale=20')] as const))
    const { took, first } = await withReturn(seeded, { attacks: equivocating, f: 2 })
    const others = [...modelsAt(took, first, 'before')].flatMap(([i, model]) => (i === 4 ? [] : [model]))
    const after = [...modelsAt(took, first, 'after').values()]
    assert.ok(after.some((model) => !isInside(model, others)))
  },
)

seeded('where models are not exchanged it stays as far behind as it was', async (seeded) => {
  const { models } = await withReturn(seeded, { profile: 'single' })
  const { models: together } = await withReturn(seeded)
  assert.ok(diameter([...models.values()]) > 10 * diameter([...together.values()]))
})

seeded(
  'who is back when there is no step left to take has no model, and who crashes after its last has one',
  async (seeded) => {
    const { virtualMs } = await run(seeded)
    const late = await run(seeded, { crashes: [{ members: [4], atMs, backAtMs: virtualMs - 1 }] })
    assert.deepEqual([...late.models.keys()], [0, 1, 2, 3, 5, 6])
    const after = await run(seeded, {
      crashes: [{ members: [4], atMs: virtualMs + 1, backAtMs: virtualMs + 2 }],
    })
    assert.equal(after.models.size, 7)
  },
)

seeded('a member may crash again, and the run is the same for the same seed', async (seeded) => {
  const crashes = [
    { members: [4], atMs: 300, backAtMs: 500 },
    { members: [4, 1], atMs: 1000, backAtMs: 1200 },
  ]
  for (const policy of ['synchronous', 'reliable'] as const) {
    const options = { crashes, policy, steps: 8 }
    const [once, again] = [await run(seeded, options), await run(seeded, options)]
    assert.equal(once.models.size, 7)
    assert.equal(again.traceHash, once.traceHash)
    assert.deepEqual(again.models, once.models)
    assert.ok(diameter([...once.models.values()]) < 0.2)
  }
})

function armWith(crashes: unknown, input: Record<string, unknown> = {}): ArmSettings {
  const { arms } = checkScenario({
    name: 'x',
    task: { data: 'quadratic', dimension: d },
    training: { steps, momentum: 0.9, learningRate: { rate: 0.2 } },
    evaluation: { everySteps: 5 },
    crashes,
    ...input,
  })
  const [arm] = arms
  assert.ok(arm)
  return arm.settings
}

test('a scenario measures those who are there all the time, and at the end whoever is', async () => {
  const whole = await runArm(armWith([]))
  const gone = await runArm(armWith([{ members: [0, 4], atMs }]))
  const back = await runArm(armWith([{ members: [0, 4], atMs, backAtMs: atMs + 500 }]))
  for (const { outcome, curve } of [gone, back]) {
    assert.equal(outcome, 'done')
    assert.deepEqual(
      curve.map(({ step }) => step),
      [5, 10, 15],
    )
  }
  // Nobody waits for them at first, so that not everybody hears the same.
  assert.ok((back.final?.spread ?? 1) < 0.02 && (back.final?.loss ?? 1) < 2 * (whole.final?.loss ?? 0))
  const stalled = await runArm(armWith([{ members: [0, 1, 4], atMs }]))
  assert.equal(stalled.outcome, 'stalled')
})

test('a learner that is made anew has the model of the start, and no momentum', async () => {
  const swarm = await learnersOf(armWith([]), [0, 1], () => undefined)
  const old = swarm.learners[1]
  assert.ok(old)
  const [start, first] = [await old.parameters(), await old.gradient({ step: 1 })]
  await old.apply(first, 1)
  const made = swarm.renew(1)
  assert.equal(swarm.learners[1], made)
  assert.deepEqual(await made.parameters(), start)
  assert.deepEqual(await made.gradient({ step: 1 }), first)
  assert.notDeepEqual(await old.gradient({ step: 1 }), first)
})

const refused: readonly [crashes: unknown, input: Record<string, unknown>, sentence: RegExp][] = [
  [[{ members: [5], atMs }], { attack: 'ipm' }, /of honest members, which are 0, 1, 2, 3, 4$/],
  [[{ members: [7], atMs }], {}, /crashes\.0\.members\.0 is 7 and must be a position from 0 to 6$/],
  [[{ members: [1], atMs: 10, backAtMs: 10 }], {}, /back later than they crash/],
  [
    [
      { members: [1], atMs: 50, backAtMs: 60 },
      { members: [2, 1], atMs: 10, backAtMs: 55 },
    ],
    {},
    /back from their last crash/,
  ],
  [
    [
      { members: [1], atMs },
      { members: [1], atMs: atMs + 1 },
    ],
    {},
    /back from their last crash/,
  ],
  [[{ members: [0, 1, 2, 3, 4, 5, 6], atMs }], {}, /an honest member is there all the time/],
  [
    [{ members: [4], atMs, backAtMs: atMs + 1 }],
    { agreement: { protocol: 'draco', rule: 'average', modelRule: 'average' } },
    /under this protocol nobody can come back/,
  ],
  [[{ members: [], atMs }], {}, /members is \[\] and must be a list of positions, at least one$/],
  [[{ members: [1] }], {}, /crashes\.0\.atMs is absent and must be a number from 0 to/],
]

for (const [crashes, input, sentence] of refused)
  test(`crashes that cannot be played are refused by name: ${JSON.stringify(crashes)}`, () => {
    assert.throws(
      () => armWith(crashes, input),
      (error) =>
        isCoded(error, 'SCENARIO_BAD_VALUE') &&
        /^.*crashes/.test(error.message) &&
        sentence.test(error.message),
    )
  })
