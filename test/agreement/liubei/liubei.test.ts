/** LiuBei in the simulator: what its page promises, under the liars that it names and under one more. */
import assert from 'node:assert/strict'
import type { LiubeiReport } from '../../../src/agreement/liubei/report.ts'
import { seeded, seedsUpTo } from '../../sim/seeded.ts'
import { far, kinds, liarsFrom, notANumber, reversed, telling, workersModels } from '../byzsgd/liars.ts'
import { farthestFrom, type ProtocolRun, runProtocol, silent } from '../protocol-swarm.ts'

/** Honest losses are least near 1 in each of 6 coordinates, and training starts at 0: 2.4 away. */
const harmless = 0.4
const harmful = 3

const liubei = { protocol: 'liubei', n: 7, f: 2, rule: 'trmean', steps: 25, apart: 0.1, noise: 0.1 }
const servers = 4

function awayOf(run: ProtocolRun): number {
  return farthestFrom(run.best, [...run.models.values(), ...workersModels(run)])
}

/** What workers report of each step in which they pulled a model. */
function pullsOf({ reports }: ProtocolRun): LiubeiReport[] {
  const all = reports.slice(servers).flat() as LiubeiReport[]
  return all.filter(({ asked }) => asked > 0)
}

for (const protocol of ['liubei', 'liubei:gather=4', 'liubei:gather=1'])
  seeded(
    `${protocol}: a lying server and f lying workers do no harm, whatever they say`,
    async ({ seed, watch }) => {
      for (const [kind, liar] of Object.entries(kinds)) {
        const liars = new Map([...liarsFrom(seed % servers, 1, liar), ...liarsFrom(servers + seed, 2, liar)])
        const run = await runProtocol({ ...liubei, protocol, seed, liars })
        watch(run.world)
        assert.ok(awayOf(run) < harmless, `${kind}: ${awayOf(run)} away`)
        assert.deepEqual(
          run.reports.map(({ length }) => length),
          run.reports.map((_, i) => (liars.has(i) ? 0 : liubei.steps)),
          kind,
        )
      }
    },
    { seeds: seedsUpTo(protocol === 'liubei' ? 2 : 1) },
  )

seeded(
  'a lying server beside f lying workers does harm without the filters, and f_s + 1 that say the same with them',
  async ({ seed, watch }) => {
    for (const [protocol, liars] of [
      // Two workers that lie, and those whom the server leads astray, are more than f.
      ['liubei:filters=none', [...liarsFrom(1, 1, far), ...liarsFrom(servers, 2, far)]],
      ['liubei', liarsFrom(1, 2, reversed)],
    ] as const) {
      const run = await runProtocol({ ...liubei, protocol, seed, liars: new Map(liars) })
      watch(run.world)
      assert.ok(awayOf(run) > harmful, `${protocol}: ${awayOf(run)} away`)
    }
  },
)

seeded(
  'a minority of the workers may lie, by the side of a server that is silent or tells some',
  async ({ seed, watch }) => {
    for (const [server, first, rest] of [
      [silent, far, far],
      [silent, silent, silent],
      [silent, telling(1), far],
      [telling(1), far, reversed],
      [far, telling(2), far],
      [reversed, telling(3), reversed],
    ] as const) {
      const liars = new Map([
        ...liarsFrom(2, 1, server),
        ...liarsFrom(servers, 1, first),
        ...liarsFrom(servers + 1, 1, rest),
      ])
      const run = await runProtocol({ ...liubei, n: 5, seed, liars, steps: 32 })
      watch(run.world)
      assert.ok(awayOf(run) < harmless, `${awayOf(run)} away`)
    }
  },
  { seeds: seedsUpTo(2) },
)

seeded(
  'without an attack a worker asks 1.2 to 1.4 servers a step, and computes one gradient',
  async ({ seed, watch }) => {
    const run = await runProtocol({ ...liubei, seed, steps: 100 })
    watch(run.world)
    // Before, coefficients grow: steps get shorter, and the noise stays.
    const pulls = pullsOf(run).filter(({ step }) => step > 40)
    const asked = pulls.reduce((sum, { asked }) => sum + asked, 0) / pulls.length
    assert.ok(asked > 1.2 && asked < 1.4, `${asked}`)
    // Honest servers that heard all workers say the same, so the second one settles what the filter rejects of the first.
    assert.deepEqual([...new Set(pulls.map(({ gradients }) => gradients))], [1])
    assert.deepEqual(new Set(pulls.flatMap(({ rejections }) => rejections)), new Set(['too steep']))
  },
  { seeds: seedsUpTo(2) },
)

seeded('a lying server is found out by each worker whose turn it is to ask it', async ({ seed, watch }) => {
  const liars = new Map(liarsFrom(1, 1, reversed))
  const run = await runProtocol({ ...liubei, protocol: 'liubei:gather=1000', steps: 80, seed, liars })
  watch(run.world)
  // Once the filters are warm: a quarter of all first answers are the liar's, and hardly one passes.
  const late = pullsOf(run).filter(({ step }) => step > 8)
  const rejected = late.filter(({ rejections }) => rejections.length > 0)
  assert.ok(rejected.length / late.length > 0.25, `${rejected.length} of ${late.length}`)
  assert.ok(awayOf(run) < harmless)
})

seeded(
  'a silent server costs each worker a deadline, twice, and is asked last from then on',
  async ({ seed, watch }) => {
    const swarm = { ...liubei, seed, protocol: 'liubei:gather=1000', latency: () => 10, deadlineMs: 200 }
    const free = await runProtocol(swarm)
    const run = await runProtocol({ ...swarm, liars: new Map(liarsFrom(2, 1, silent)) })
    watch(run.world)
    // Others meet it in turns, one a step, at most two turns of four steps; and servers wait for it in the end.
    const most = free.world.clock.now() + 8 * 200 + 2 * 200
    assert.ok(run.world.clock.now() <= most, `${run.world.clock.now()} ms of ${most}`)
    const late = pullsOf(run).filter(({ step }) => step > 8)
    assert.ok(late.every(({ times }) => times.exchangeMs < 200))
  },
)

seeded('what is no model is blamed on who has it for those who ask', async ({ seed, watch }) => {
  const liars = new Map(liarsFrom(2, 1, notANumber))
  const { world } = await runProtocol({ ...liubei, protocol: 'liubei:gather=1000', seed, liars })
  watch(world)
  const askers = new Set(world.blames.map(({ by, peer, kind }) => `${by} ${peer} ${kind}`))
  for (let worker = servers; worker < servers + liubei.n; worker++)
    assert.ok(askers.has(`p${String(worker).padStart(3, '0')} p002 CODEC_NOT_FINITE`), [...askers].join())
})
