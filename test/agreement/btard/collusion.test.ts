/** An owner that aggregates wrongly, and a contributor that covers it by false scalars. */
import assert from 'node:assert/strict'
import type { StepReport } from '../../../src/agreement/protocol.ts'
import { constant } from '../../../src/sim/latency.ts'
import { seeded } from '../../sim/seeded.ts'
import { type ProtocolSwarm, runProtocol } from '../protocol-swarm.ts'
import { accusingNobody, both, coveringFor, wrongColumn } from './liars.ts'
import { asBtard, bansOf, replay, reportsOf } from './replay.ts'

const owner = 1
const common = { protocol: 'btard:delta=2', n: 9, f: 2, noise: 0.1, latency: constant(10) } as const
/** The owner is banned. */
const isOver = (report: StepReport) => asBtard(report).bans.some(({ peer }) => peer === 'p001')

seeded(
  'the scalars add up, so a wrong column goes unseen until a validator looks at the one that covers it, or it is a validator itself',
  async ({ seed }) => {
    const liars = new Map([
      [owner, both(wrongColumn(1), accusingNobody)],
      [4, coveringFor(owner)],
    ])
    const swarm: ProtocolSwarm = { ...common, steps: 60, seed, liars, isEnough: isOver }
    const run = await runProtocol(swarm)
    const bans = bansOf(reportsOf(run))
    assert.match(bans.join(), /^(\d+ p004 scalars,)?\d+ p001 aggregate$/)
    const { bent } = await replay(run, swarm)
    assert.ok(bent.length > 0, bans.join())
    const caughtAt = Number.parseInt(bans[0] ?? '', 10)
    assert.ok(
      bent.every((step) => step < caughtAt),
      `bent at ${bent.join()}, ${bans.join()}`,
    )
  },
  { seeds: [4, 5, 6] },
)

seeded(
  'a column that is farther than delta from most is computed again by all, and both are banned at once',
  async ({ seed }) => {
    const liars = new Map([
      [owner, both(wrongColumn(3), accusingNobody)],
      [4, coveringFor(owner)],
    ])
    const run = await runProtocol({ ...common, steps: 1, seed, liars })
    assert.deepEqual(bansOf(reportsOf(run)), ['1 p004 scalars', '1 p001 aggregate'])
  },
  // Under these no validator looks at p004 in the first step.
  { seeds: [2, 3] },
)
