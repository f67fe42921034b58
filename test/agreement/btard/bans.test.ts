/** How soon liars are banned, over many seeds; and what their lies do until then. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StepReport } from '../../../src/agreement/protocol.ts'
import { constant } from '../../../src/sim/latency.ts'
import { seeded, seedsUpTo, underSeed } from '../../sim/seeded.ts'
import { type ProtocolSwarm, runProtocol } from '../protocol-swarm.ts'
import { shifted } from './liars.ts'
import { asBtard, bansOf, replay, reportsOf } from './replay.ts'

/** Steps in which the liar at position 1 lied about its gradient until it was banned, that step included. */
async function attacksUntilBan(n: number, m: number, seed: number): Promise<number> {
  const reports = reportsOf(
    await runProtocol({
      protocol: `btard:validators=${m}`,
      n,
      f: 1,
      steps: 200,
      seed,
      liars: new Map([[1, shifted(0.3)]]),
      latency: constant(10),
      isEnough: (report) => asBtard(report).bans.length > 0,
    }),
  )
  assert.deepEqual(
    reports.at(-1)?.bans.map(({ peer }) => peer),
    ['p001'],
  )
  return reports.filter(({ cast }) => cast.contributors.includes('p001')).length
}

for (const [n, m, runs] of [
  [5, 1, 30],
  [7, 2, 20],
] as const)
  test(`a liar that always lies is banned in each attack with probability m/c: n = ${n}, m = ${m}`, async () => {
    const p = m / (n - m)
    const counts: number[] = []
    for (let seed = 1; seed <= runs; seed++)
      await underSeed(seed, async () => void counts.push(await attacksUntilBan(n, m, seed)))
    const mean = counts.reduce((sum, count) => sum + count, 0) / runs
    // Geometric: mean 1/p, variance (1-p)/p^2. Three standard deviations of the mean of all runs.
    const leeway = (3 * Math.sqrt(1 - p)) / p / Math.sqrt(runs)
    assert.ok(Math.abs(mean - 1 / p) <= leeway, `${mean} attacks, ${1 / p} +- ${leeway} expected`)
    assert.ok(Math.max(...counts) > 1 / p && Math.min(...counts) === 1, counts.join())
  })

seeded(
  'all liars that lie are banned in the end, and the step after that is without attack',
  async ({ seed }) => {
    const liars = new Map([2, 7].map((i) => [i, shifted(i - 4.5)] as const))
    const isEnough = (report: StepReport) => asBtard(report).cast.members.length === 7
    const common = { protocol: 'btard:validators=2', n: 9, f: 2, latency: constant(10) } as const
    const swarm: ProtocolSwarm = { ...common, noise: 0.1, steps: 200, seed, liars, isEnough }
    const run = await runProtocol(swarm)
    const reports = reportsOf(run)
    assert.deepEqual(
      bansOf(reports)
        .map((ban) => ban.replace(/^\d+ /, ''))
        .sort(),
      ['p002 gradient', 'p007 gradient'],
    )
    const last = reports.at(-1)
    assert.deepEqual(last?.bans, [])
    assert.ok(!(await replay(run, swarm)).bent.includes(last?.step ?? 0))
  },
  { seeds: seedsUpTo(4) },
)

test('until they are banned colluders bend a step by no more than b tau/(c-b) in each column', async () => {
  const [n, f, tau] = [9, 2, 0.5]
  let attacks = 0
  for (let seed = 1; seed <= 4; seed++)
    await underSeed(seed, async () => {
      const liars = new Map([
        [0, shifted(1000)],
        [1, shifted(1000)],
      ])
      const common = { protocol: `btard:tau=${tau}`, n, f, steps: 12, latency: constant(10) } as const
      const swarm: ProtocolSwarm = { ...common, seed, liars }
      const run = await runProtocol(swarm)
      const { bent } = await replay(run, swarm, tau)
      // All honest gradients are the same here, so a column is off by what the liars pull alone.
      let theta: Float32Array = new Float32Array(6)
      for (const { step, gradient, cast } of reportsOf(run)) {
        if (gradient === undefined) continue
        const truth = theta.map((x, k) => x - (run.best[k] ?? 0))
        const lying = cast.contributors.filter((peer) => peer === 'p000' || peer === 'p001').length
        const bound = (lying * tau) / (cast.contributors.length - lying)
        for (const [k, x] of gradient.after.entries())
          assert.ok(Math.abs(x - (truth[k] ?? 0)) <= bound + 1e-5, `step ${step}: ${x} for ${truth[k]}`)
        if (bent.includes(step)) attacks += 1
        theta = theta.map((x, k) => x - 0.2 * (gradient.after[k] ?? 0))
      }
    })
  assert.ok(attacks > 5, `${attacks} attacks were seen`)
})
