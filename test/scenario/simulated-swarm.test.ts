import assert from 'node:assert/strict'
import { parseProtocol } from '../../src/agreement/parse-protocol.ts'
import { parseAttack } from '../../src/attack/attacks.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'
import {
  runSimulatedSwarm,
  type SimulatedRun,
  type SimulatedSwarmOptions,
} from '../../src/scenario/simulated-swarm.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { type Seeded, seeded } from '../sim/seeded.ts'

const d = 12
const n = 7
const seeds = [3]

/** Members want the model to be near (2, ..., 2), each with a center of its own: their data differ. */
function centersOf(seed: number): readonly Float32Array[] {
  return Array.from({ length: n }, (_, i) => {
    const random = seededRandom(seed, 'center', i)
    return Float32Array.from({ length: d }, () => 2 + 0.2 * random.normal())
  })
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  return Float32Array.from({ length: d }, (_, k) =>
    vectors.reduce((sum, vector) => sum + (vector[k] ?? 0) / vectors.length, 0),
  )
}

const simulated = (title: string, body: (seeded: Seeded) => Promise<void>) => seeded(title, body, { seeds })

const robust = { f: 2, rule: parseRule('nnm>trmean'), modelRule: parseRule('trmean') }
const plain = { f: 0, rule: parseRule('average'), modelRule: parseRule('average') }

interface Run extends SimulatedRun {
  /** Of the honest centers: where their mean loss is least. */
  readonly best: Float32Array
}

async function run(
  { seed, onTrace }: Pick<Seeded, 'seed' | 'onTrace'>,
  options: Partial<SimulatedSwarmOptions>,
  attack?: string,
): Promise<Run> {
  const centers = centersOf(seed)
  const attacks =
    attack === undefined ? undefined : new Map([5, 6].map((i) => [i, parseAttack(attack)] as const))
  const result = await runSimulatedSwarm({
    seed,
    n,
    onTrace,
    steps: 40,
    learner: (i) =>
      quadraticLearner({ center: centers[i % n] as Float32Array, schedule: { kind: 'constant', rate: 0.2 } }),
    ...robust,
    ...(attacks === undefined ? {} : { attacks }),
    ...options,
  })
  return { ...result, best: meanOf(centers.slice(0, 5)) }
}

/** Largest distance of an honest model from the mean of the honest centers. */
function error({ models, best }: Run): number {
  return Math.max(
    ...[...models.values()].map((model) => Math.hypot(...model.map((x, k) => x - (best[k] ?? 0)))),
  )
}

simulated('without liars plain averaging finds the mean of the centers', async (seeded) => {
  const everyone = meanOf(centersOf(seeded.seed))
  const { models, blames } = await run(seeded, plain)
  for (const model of models.values())
    for (const [k, x] of model.entries()) assert.ok(Math.abs(x - (everyone[k] ?? 0)) < 1e-3)
  assert.deepEqual(blames, [])
})

/** Attacks that bend what is learnt: plain averaging ends up at least `harm` from the honest mean, the robust rules less than 1. */
const bending: readonly [attack: string, harm: number][] = [
  ['sign-flip:scale=10', 1e6],
  ['ipm:tau=10', 1e6],
  ['ipm:tau=2', 3],
  ['alie:tau=20', 3],
  ['gaussian:sigma=50', 10],
  ['zero', 1],
  ['equivocate', 10],
]

for (const [attack, harm] of bending) {
  simulated(`two of seven who ${attack} harm plain averaging`, async (seeded) => {
    const result = await run(seeded, plain, attack).catch((thrown: unknown) => thrown)
    // Averaging may have diverged altogether.
    if (result instanceof Error) assert.match(result.message, /AGREEMENT_DIVERGED/)
    else assert.ok(error(result as Run) >= harm, `error ${error(result as Run)}`)
  })
  simulated(`nnm>trmean with trmean on models withstands two of seven who ${attack}`, async (seeded) => {
    const result = await run(seeded, {}, attack)
    assert.ok(error(result) < 1, `error ${error(result)}, about 2 sqrt(12) = 6.9 at the start`)
  })
}

/** Attacks that keep a vector from being there: plain averaging, which declares f = 0, can only wait for it. */
for (const attack of ['silent', 'nan', 'garbage:length=7']) {
  simulated(`plain averaging cannot go on when two of seven are ${attack}`, async (seeded) => {
    await assert.rejects(run(seeded, plain, attack), { code: 'SIM_STALLED' })
  })
  simulated(`the robust rules go on without two of seven who are ${attack}`, async (seeded) => {
    const result = await run(seeded, {}, attack)
    assert.ok(error(result) < 0.5, `error ${error(result)}`)
    // Who is silent may be honest and late, so that nothing is proven at n = 3f + 1; whose vector is refused is not.
    assert.equal(result.unprovenRounds > 0, attack !== 'nan')
  })
}

simulated(
  'liars who equivocate, say NaN or say too little are blamed by every honest member, and no honest one is',
  async (seeded) => {
    for (const [attack, kind] of [
      ['equivocate', 'MESH_EQUIVOCATION'],
      ['nan', 'CODEC_NOT_FINITE'],
      ['garbage:length=7', 'CODEC_WRONG_LENGTH'],
    ] as const) {
      const { blames } = await run(seeded, { steps: 5 }, attack)
      const pairs = new Set(
        blames.filter((blame) => blame.kind === kind).map(({ by, peer }) => `${by} ${peer}`),
      )
      assert.equal(pairs.size >= 10, true, `${attack}: ${[...pairs]}`)
      for (const { peer } of blames)
        assert.ok(['p005', 'p006'].includes(peer), `${attack}: ${peer} was blamed`)
    }
  },
)

simulated('a liar that misbehaves from a later step on is honest before', async (seeded) => {
  const { virtualMs } = await run(seeded, { steps: 10 }, 'silent:from=6')
  const { virtualMs: honestMs } = await run(seeded, { steps: 10 })
  // Two missed deadlines, and nothing more: then the silent ones are not waited for.
  assert.ok(virtualMs > honestMs + 1000 && virtualMs < honestMs + 2500, `${virtualMs} against ${honestMs}`)
})

simulated(
  'the honest spread is recorded before and after every agreement, and trimmed mean narrows the box of the models',
  async (seeded) => {
    const { spreads } = await run(seeded, { rule: parseRule('trmean'), steps: 20 }, 'equivocate')
    assert.equal(spreads.length, 2 * 20)
    // k(0) = f / (n - 2f) = 2/3 at n = 7, f = 2: per coordinate, and so for the diagonal of the box.
    for (const { step, phase, before, after } of spreads)
      assert.ok(
        after.boxDiagonal <= (2 / 3) * before.boxDiagonal + 1e-5,
        `step ${step}, ${phase}: ${before.boxDiagonal} became ${after.boxDiagonal}`,
      )
  },
)

simulated(
  'the proven profile brings honest models closer than the practical one, at the cost of more exchanges',
  async (seeded) => {
    const trmean = parseRule('trmean')
    const practical = await run(seeded, { rule: trmean, steps: 16 }, 'equivocate:scale=1')
    const proven = await run(seeded, { rule: trmean, steps: 16, profile: 'proven' }, 'equivocate:scale=1')
    const last = ({ spreads }: SimulatedRun) => spreads.at(-1)?.after.diameter ?? Number.NaN
    assert.ok(last(proven) < last(practical) / 10, `${last(proven)} against ${last(practical)}`)
    assert.ok(proven.deliveries > 4 * practical.deliveries)
    // LEARN's claim: each model agreement halves the diameter, and each gradient agreement does it ceil(log2 t) times.
    for (const { step, phase, before, after } of proven.spreads) {
      const halvings = phase === 'model' ? 1 : Math.ceil(Math.log2(step))
      assert.ok(after.diameter <= before.diameter / 2 ** halvings + 1e-5, `step ${step}, ${phase}`)
    }
  },
)

simulated(
  'what agreements make of the true honest spread is tallied: what they leave of it, and how many leave all of it',
  async (seeded) => {
    const trmean = parseRule('trmean')
    const told = await run(seeded, { rule: trmean, steps: 16, measure: 'diameter' }, 'equivocate:scale=1')
    for (const phase of ['gradient', 'model'] as const) {
      const recorded = told.spreads.filter((one) => one.phase === phase)
      const factors = recorded.map(({ before, after }) => after.diameter / before.diameter)
      const tally = told.contraction[phase]
      assert.equal(tally?.agreements, 16)
      assert.ok(Math.abs((tally?.factor ?? 0) - factors.reduce((sum, x) => sum + x / 16, 0)) < 1e-12)
      assert.equal(tally?.unshrunk, factors.filter((x) => x >= 1).length)
      assert.deepEqual(
        [tally?.before, tally?.after],
        [recorded.at(-1)?.before.diameter, recorded.at(-1)?.after.diameter],
      )
    }
    // Averages follow the liars, who tell each half something else: the honest are farther apart after than before.
    const { gradient } = (
      await run(seeded, { ...plain, steps: 4, measure: 'diameter' }, 'equivocate:scale=100')
    ).contraction
    assert.deepEqual([gradient?.agreements, gradient?.unshrunk], [4, 4])
    assert.ok((gradient?.factor ?? 0) > 1)
    // Who all hear the same agree on gradients at once, so that models have nothing left to shrink.
    const { gradient: once, model } = (await run(seeded, { steps: 4 }, 'alie')).contraction
    assert.deepEqual([once?.factor, once?.unshrunk, model?.agreements, model?.factor], [0, 0, 0, null])
  },
)

simulated(
  'nothing is told of a contraction that nobody sees: not measured, no exchange, or vectors of others alone',
  async (seeded) => {
    const nothing = { gradient: null, model: null }
    assert.deepEqual((await run(seeded, { steps: 2, measure: 'nothing' })).contraction, nothing)
    const models = { steps: 2, profile: 'proven', halvings: 0 } as const
    assert.equal((await run(seeded, models)).contraction.gradient, null)
    const servers = await run(seeded, { steps: 2, protocol: parseProtocol('guanyu') })
    assert.equal(servers.contraction.gradient, null)
    assert.notEqual(servers.contraction.model, null)
  },
)

simulated(
  'under the quorum policy with n = 5f + 1 the honest members still learn, whoever is late',
  async (seeded) => {
    const result = await run(seeded, { policy: 'quorum', f: 1, late: 1, steps: 60 }, undefined)
    assert.ok(error(result) < 0.5, `error ${error(result)}`)
  },
)

simulated('the same seed gives the same run, delivery by delivery', async (seeded) => {
  const [once, again] = [await run(seeded, { steps: 5 }, 'alie'), await run(seeded, { steps: 5 }, 'alie')]
  assert.equal(again.traceHash, once.traceHash)
  assert.deepEqual(again.models, once.models)
})

simulated(
  'over reliable broadcast equivocators tell everybody the same, and nobody waits for the silent',
  async (seeded) => {
    for (const attack of ['equivocate', 'silent']) {
      const result = await run(seeded, { policy: 'reliable', rule: parseRule('trmean'), steps: 20 }, attack)
      assert.ok(error(result) < 1, `${attack}: error ${error(result)}`)
      assert.equal(result.virtualMs < 20 * 2 * 1000, true, `${attack}: no deadline of 1000 ms is waited for`)
    }
  },
)
