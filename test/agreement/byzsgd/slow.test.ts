/** Members that are slower than the swarm: those who wait for nobody in particular leave them behind, and they come back. */
import assert from 'node:assert/strict'
import { seeded } from '../../sim/seeded.ts'
import { farthestFrom, runProtocol, silent } from '../protocol-swarm.ts'
import { workersModels } from './liars.ts'

const swarm = { n: 7, f: 2, steps: 30, noise: 0.1, rule: 'trmean', policy: 'quorum' } as const

for (const protocol of ['byzsgd', 'byzsgd:gather=7', 'guanyu'])
  seeded(
    `${protocol}: a slow server and a slow worker skip steps, and have the trained model in the end`,
    async ({ seed, watch }) => {
      const first = protocol === 'guanyu' ? 6 : 5
      for (const slowMs of [40, 200]) {
        const slow = new Set([2, first + 1])
        const workMs = (member: number) => () => (slow.has(member) ? slowMs : 1)
        const run = await runProtocol({ ...swarm, protocol, seed, workMs })
        watch(run.world)
        const taken = run.reports.map(({ length }) => length)
        for (const [member, steps] of taken.entries())
          assert.ok(slow.has(member) ? steps < swarm.steps : steps === swarm.steps, taken.join())
        assert.ok(farthestFrom(run.best, [...run.models.values(), ...workersModels(run)]) < 0.6)
      }
    },
  )

seeded('a worker that is needed is waited for, however slow it is', async ({ seed, watch }) => {
  const workMs = (member: number) => () => (member === 7 ? 100 : 1)
  const liars = new Map([5, 6].map((position) => [position, silent] as const))
  const run = await runProtocol({ ...swarm, protocol: 'byzsgd', seed, workMs, liars })
  watch(run.world)
  assert.equal(run.reports[7]?.length, swarm.steps)
  assert.ok(run.reports[0]?.every(({ gradient }) => gradient?.heard.includes('p007')))
})
