/** Swarms of 5 to 10 peers with as many liars as they admit, each telling lies that its seed draws, in any combination. */
import assert from 'node:assert/strict'
import { exchangePhases } from '../../../src/agreement/btard/tags.ts'
import { uniform } from '../../../src/sim/latency.ts'
import { permutation, type Random, seededRandom } from '../../../src/util/prng.ts'
import { seeded, seedsUpTo } from '../../sim/seeded.ts'
import { type Liar, type ProtocolSwarm, runProtocol } from '../protocol-swarm.ts'
import {
  accusing,
  both,
  coveringFor,
  disputing,
  equivocating,
  late,
  mute,
  otherNonce,
  shifted,
  silentIn,
  tooShort,
  votingAtRandom,
  withholding,
  wrongColumn,
  wrongDistance,
  wrongParts,
  wrongProduct,
} from './liars.ts'
import { asBtard, bansOf, replay } from './replay.ts'

const steps = 4

/** Of any kind and size. */
function anyLie(random: Random, n: number): Liar {
  const phase = exchangePhases[random.below(exchangePhases.length)] ?? 'commit'
  const size = 10 ** (4 * random.uniform() - 2)
  const lies = [
    () => mute,
    () => shifted(size),
    () => shifted(-size, (step) => step > 1),
    () => wrongColumn(size),
    () => wrongProduct(random.below(n - 2), size),
    () => wrongDistance(size),
    () => accusing(random.below(n - 1)),
    () => disputing(random.below(n)),
    () => silentIn(phase),
    () => tooShort(phase),
    () => equivocating(phase, 1 + random.below(n - 1), random.below(2) === 0 ? 'other' : 'nothing'),
    () => withholding(1 + random.below(n - 1)),
    () => wrongParts,
    () => otherNonce,
    () => coveringFor(random.below(n)),
    () => votingAtRandom(random),
    () => late(150 + 100 * random.uniform()),
  ]
  return lies[random.below(lies.length)]?.() ?? mute
}

seeded(
  'honest models are the same, honest peers are not banned, and no step is bent to which no liar contributed',
  async ({ seed, onTrace }) => {
    const random = seededRandom(seed, 'combined')
    const n = 5 + (seed % 6)
    const f = Math.floor((n - 1) / 4)
    const positions = [...permutation(n, random).subarray(0, f)]
    const liars = new Map(
      positions.map((i) => [
        i,
        both(...Array.from({ length: 1 + random.below(2) }, () => anyLie(random, n))),
      ]),
    )
    const names = new Set(positions.map((i) => `p${String(i).padStart(3, '0')}`))
    const protocol = `btard:validators=${1 + random.below(2)}`
    const swarm: ProtocolSwarm = { protocol, n, f, steps, noise: 0.1, seed, liars, latency: uniform(1, 20) }
    const run = await runProtocol(swarm)
    for (const line of run.trace.slice(-40)) onTrace(line)

    const [model, ...others] = run.models.values()
    for (const other of others) assert.deepEqual(other, model)
    const [reports = [], ...more] = run.reports
      .filter(({ length }) => length > 0)
      .map((one) => one.map(asBtard))
    assert.equal(reports.length, steps)
    for (const one of more) assert.deepEqual(bansOf(one), bansOf(reports))
    for (const { step, bans, refusal } of reports) {
      for (const { peer } of bans) assert.ok(names.has(peer), `${peer} is honest: ${bansOf(reports)}`)
      assert.equal(refusal !== undefined, bans.length > 0, `step ${step}`)
    }
    const { bent } = await replay(run, swarm)
    for (const step of bent) {
      const { contributors } = reports.find((report) => report.step === step)?.cast ?? { contributors: [] }
      assert.ok(
        contributors.some((peer) => names.has(peer)),
        `step ${step} is bent, and all contributors are honest`,
      )
    }
  },
  { seeds: seedsUpTo(50) },
)
