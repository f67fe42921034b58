/** LEARN where nothing is known of delays: what an order that was chosen to harm it takes from it, and what it cannot take. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { castOf } from '../../src/agreement/parse-protocol.ts'
import { learnersOf } from '../../src/scenario/arm-learners.ts'
import { linksOf } from '../../src/scenario/arm-links.ts'
import { planOf } from '../../src/scenario/arm-plan.ts'
import { attacksOf, protocolOf } from '../../src/scenario/check-arm.ts'
import { runArm } from '../../src/scenario/run-arm.ts'
import { checkScenario } from '../../src/scenario/scenario.ts'
import type { ArmSettings } from '../../src/scenario/scenario-schema.ts'
import { runSimulatedSwarm } from '../../src/scenario/simulated-swarm.ts'
import { memberName } from '../../src/sim/world.ts'
import { type Seeded, seeded, seedsUpTo } from '../sim/seeded.ts'

const n = 11
const f = 2
const steps = 8

function armWith(network: object, input: object = {}): ArmSettings {
  const { arms } = checkScenario({
    name: 'x',
    n,
    f,
    attack: 'sign-flip:from=1',
    task: { data: 'quadratic', dimension: 6 },
    training: { steps, momentum: 0, learningRate: { rate: 0.2 } },
    agreement: { rule: 'trmean', modelRule: 'trmean' },
    synchrony: { policy: 'quorum', late: f },
    network,
    ...input,
  })
  const [arm] = arms
  assert.ok(arm)
  return arm.settings
}

/** The vectors of honest members that an honest member did without, on average over all exchanges; and the whole run. */
async function played({ seed, onTrace }: Pick<Seeded, 'seed' | 'onTrace'>, network: object) {
  const settings = { ...armWith(network), seed }
  const protocol = protocolOf(settings)
  const attacks = attacksOf(settings)
  const roles = castOf(protocol, n)
  const honest = [...roles.keys()].filter((position) => !attacks.has(position))
  const names = honest.map((position) => memberName(position, n))
  const { learners } = await learnersOf(settings, honest, () => undefined)
  const missed: number[] = []
  const factors: number[] = []
  const run = await runSimulatedSwarm({
    ...planOf(settings),
    ...linksOf(settings, roles, attacks),
    attacks,
    seed,
    steps,
    onTrace,
    learner: (position) => learners[position] ?? assert.fail(`no member ${position}`),
    onStep: (_, { gradient, model }) => {
      for (const agreement of [gradient, model]) {
        if (agreement === undefined) continue
        missed.push(names.filter((name) => !agreement.heard.includes(name)).length)
        for (const { factor } of agreement.exchanges) factors.push(factor)
      }
    },
  })
  const mean = missed.reduce((sum, count) => sum + count, 0) / missed.length
  return { ...run, missed, mean, factors }
}

seeded(
  'an adversary that chooses the order takes f honest vectors from every exchange of LEARN, which timely links do not; all of it is within the proof',
  async (seeded) => {
    const timely = await played(seeded, {})
    const adversarial = await played(seeded, { order: 'adversarial' })
    assert.equal(adversarial.missed.length, 2 * steps * (n - f))
    assert.ok(
      adversarial.missed.every((count) => count === f),
      `${adversarial.missed}`,
    )
    assert.ok(timely.mean < 0.8 * f, `${timely.mean} of ${f} under timely links`)
    for (const { unprovenRounds, factors, spreads } of [timely, adversarial]) {
      assert.equal(unprovenRounds, 0)
      // k(u) of docs/PROOFS.md for trimmed mean at n = 11, f = u = 2: (f + u) / (n - 2f - u) = 4 / 5.
      for (const factor of factors) assert.ok(factor <= 4 / 5 + 1e-9, `${factor}`)
      for (const { step, phase, before, after } of spreads)
        assert.ok(after.boxDiagonal <= (4 / 5) * before.boxDiagonal + 1e-5, `step ${step}, ${phase}`)
    }
  },
  { seeds: seedsUpTo(3) },
)

seeded('any order will do: all steps are taken, and the same seed gives the same run', async (seeded) => {
  const [once, again] = [await played(seeded, { order: 'random' }), await played(seeded, { order: 'random' })]
  assert.equal(once.traceHash, again.traceHash)
  assert.equal(once.missed.length, 2 * steps * (n - f))
  assert.notEqual(
    (await played({ ...seeded, seed: seeded.seed + 1 }, { order: 'random' })).traceHash,
    once.traceHash,
  )
})

test('a scenario has the order that it names, and patience bounds it', async () => {
  const runs = await Promise.all(
    [{}, { order: 'random' }, { order: 'adversarial' }, { order: 'adversarial', patience: 1 }].map(
      (network) => runArm(armWith(network)),
    ),
  )
  for (const { outcome, standing, unprovenRounds } of runs)
    assert.deepEqual([outcome, standing, unprovenRounds], ['done', 'proven', 0])
  assert.equal(new Set(runs.map(({ traceHash }) => traceHash)).size, 4)
  const [timely, , adversarial, patient] = runs.map(({ final }) => final?.loss ?? Number.NaN)
  assert.ok(Number(adversarial) > 1.2 * Number(timely), `${adversarial} against ${timely}`)
  // In the order in which it was said, liars, who speak last, are heard last.
  assert.ok(Number(patient) < Number(adversarial), `${patient} against ${adversarial}`)
})

test('over reliable broadcast, too, and with what divides the network besides', async () => {
  const partitions = [{ fromMs: 100, untilMs: 400, sides: [[0], [1, 2, 3, 4, 5, 6]] }]
  const reliable = { n: 7, training: { steps: 3 }, synchrony: { policy: 'reliable' } }
  const { outcome, unprovenRounds } = await runArm(armWith({ order: 'adversarial', partitions }, reliable))
  assert.deepEqual([outcome, unprovenRounds], ['done', 0])
})

const refused: readonly [network: object, input: object, sentence: RegExp][] = [
  [
    { order: 'adversarial' },
    { synchrony: {} },
    /: network\.order is "adversarial" and must be timely under synchrony/,
  ],
  [
    { order: 'random' },
    { agreement: { protocol: 'kardam' } },
    /: network\.order is "random" and must be timely under any protocol but learn$/,
  ],
  [
    { order: 'random', loss: 0.1 },
    {},
    /: network\.loss is 0\.1 and must be 0 where network\.order is random$/,
  ],
  [{ order: 'fifo' }, {}, /: network\.order is "fifo" and must be timely or random or adversarial$/],
  [{ patience: 0 }, {}, /: network\.patience is 0 and must be a whole number from 1/],
]

for (const [network, input, message] of refused)
  test(`an order that means nothing is refused by name: ${JSON.stringify({ network, ...input })}`, () => {
    assert.throws(() => armWith(network, input), { message })
  })
