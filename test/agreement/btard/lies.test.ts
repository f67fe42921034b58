/** Every kind of lie: what it brings its liar, and what it does to the others. */
import assert from 'node:assert/strict'
import { exchangePhases } from '../../../src/agreement/btard/tags.ts'
import { constant } from '../../../src/sim/latency.ts'
import { seeded } from '../../sim/seeded.ts'
import { type Liar, type ProtocolSwarm, runProtocol, silent } from '../protocol-swarm.ts'
import {
  accusing,
  equivocating,
  otherNonce,
  saying,
  shifted,
  silentIn,
  tooShort,
  withholding,
  wrongColumn,
  wrongDistance,
  wrongGradient,
  wrongParts,
  wrongProduct,
} from './liars.ts'
import { asBtard, bansOf, replay, reportsOf } from './replay.ts'

/** In the first step p002 is the validator, whatever the seed, and all others contribute. */
const liarAt = 3
const liarName = 'p003'

async function runWith(liar: Liar, seed: number, changes: Partial<ProtocolSwarm> = {}) {
  const liars = new Map([[liarAt, liar]])
  const common = { protocol: 'btard', n: 5, f: 1, steps: 3, noise: 0.1, latency: constant(10) } as const
  const swarm: ProtocolSwarm = { ...common, seed, liars, ...changes }
  const run = await runProtocol(swarm)
  const all = run.reports
    .filter((_, i) => i !== liarAt)
    .map((reports) => bansOf(reportsOf({ reports: [reports] })))
  for (const bans of all) assert.deepEqual(bans, all[0], 'honest peers ban alike')
  const models = [...run.models.values()]
  for (const model of models) assert.deepEqual(model, models[0], 'honest models are the same')
  return { run, bans: all[0] ?? [], replayed: await replay(run, swarm), reports: reportsOf(run) }
}

const caughtAtOnce: Readonly<Record<string, readonly [Liar, string]>> = {
  'says nothing at all': [silent, 'silent'],
  'aggregates its column a little wrongly': [wrongColumn(0.01), 'aggregate'],
  'aggregates its column very wrongly': [wrongColumn(1e30), 'aggregate'],
  'says a column that is no number': [wrongColumn(Number.NaN), 'malformed'],
  'says a wrong product of another column': [wrongProduct(0, 0.01), 'scalars'],
  'says a wrong distance': [wrongDistance(1e-9), 'scalars'],
  'says a distance that is no number': [wrongDistance(Number.NaN), 'malformed'],
  'accuses an honest peer': [accusing(1), 'accusation'],
  'accuses itself': [accusing(2), 'accusation'],
  'says that it is in dispute with everybody': [
    saying('accuse', (payload) => payload.map((_, i) => i * 255)),
    'discord',
  ],
  'reveals another nonce': [otherNonce, 'nonce'],
  'sends parts that are not what it committed itself to': [wrongParts, 'discord'],
  'withholds its parts from more than f': [withholding(3), 'discord'],
}

for (const [what, [liar, offence]] of Object.entries(caughtAtOnce))
  seeded(
    `who ${what} is banned in that step, which is refused; all others are without attack`,
    async ({ seed }) => {
      const { bans, replayed, reports } = await runWith(liar, seed)
      assert.deepEqual(bans, [`1 ${liarName} ${offence}`])
      assert.match(reports[0]?.refusal ?? '', /p003 is banned/)
      assert.deepEqual(
        reports.slice(1).map(({ refusal }) => refusal),
        [undefined, undefined],
      )
      assert.deepEqual(replayed.bent, [])
    },
    { seeds: [3, 8] },
  )

for (const phase of exchangePhases) {
  const lies: readonly (readonly [string, Liar, RegExp])[] = [
    ['says nothing', silentIn(phase), /^1 p003 silent$/],
    ['says too little', tooShort(phase), /^1 p003 malformed$/],
    ['tells half of the others something else', equivocating(phase, 2), /^[12] p003 (discord|nonce)$/],
  ]
  for (const [what, liar, expected] of lies)
    seeded(
      `who ${what} in the exchange "${phase}" is banned, and bends nothing`,
      async ({ seed }) => {
        const { bans, replayed } = await runWith(liar, seed)
        assert.equal(bans.length, 1)
        assert.match(bans[0] ?? '', expected)
        assert.deepEqual(replayed.bent, [])
      },
      { seeds: [3] },
    )
}

for (const [what, liars] of Object.entries({
  'tells something to some alone': exchangePhases.map((phase) => equivocating(phase, 2, 'nothing')),
  'tells f others something else': exchangePhases.map((phase) => equivocating(phase, 1)),
  'withholds its parts from f others': [withholding(1)],
}))
  seeded(
    `who ${what} is not banned, and bends nothing: it costs time, and a gradient at most`,
    async ({ seed }) => {
      for (const liar of liars) {
        const { bans, replayed, run } = await runWith(liar, seed)
        assert.deepEqual(bans, [])
        assert.deepEqual(replayed.bent, [])
        for (const { gradients } of run.reports.flat().map(asBtard)) assert.ok(gradients <= 2, `${gradients}`)
      }
    },
  )

seeded(
  'who lies about its gradient is banned in the step in which an honest validator looks at it; only the steps before that are bent',
  async ({ seed }) => {
    for (const liar of [shifted(0.5), shifted(1e30), wrongGradient((g) => g.map((x) => -100 * x))]) {
      const { bans, replayed, reports } = await runWith(liar, seed, { steps: 25 })
      assert.equal(bans.length, 1, bans.join())
      assert.match(bans[0] ?? '', /^\d+ p003 gradient$/)
      const bannedAt = Number.parseInt(bans[0] ?? '', 10)
      const attacked = reports.filter(
        ({ step, cast }) => step < bannedAt && cast.contributors.includes(liarName),
      )
      assert.deepEqual(
        replayed.bent,
        attacked.map(({ step }) => step),
      )
    }
  },
  { seeds: [1, 2, 3, 4] },
)

seeded('one bit of one coordinate is a wrong gradient', async ({ seed }) => {
  const nudge = wrongGradient((gradient) => gradient.map((x, k) => (k === 0 ? x + 2 ** -22 : x)))
  const { bans } = await runWith(nudge, seed, { steps: 25 })
  assert.match(bans.join(), /^\d+ p003 gradient$/)
})
