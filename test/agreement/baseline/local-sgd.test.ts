/** Local SGD: the same model at all after each averaging, silence in between, and no defence. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uniform } from '../../../src/sim/latency.ts'
import { seeded, seedsUpTo } from '../../sim/seeded.ts'
import { farthestFrom, runProtocol, saidIn, silent } from '../protocol-swarm.ts'
import { bitsOf, descended, distanceOf, pulling } from './descent.ts'

const [n, rate] = [6, 0.2]
const base = { n, f: 0, steps: 16, rate, apart: 1 }

seeded(
  'with an averaging at every step it is plain gradient descent on the mean loss',
  async ({ seed }) => {
    const run = await runProtocol({ ...base, protocol: 'local-sgd:local=1', seed })
    assert.ok(farthestFrom(descended(run, rate, base.steps), run.models.values()) < 1e-5)
  },
  { seeds: seedsUpTo(5) },
)

seeded(
  'losses that curve alike are averaged without a loss: few averagings end where many do, the same bits at all',
  async ({ seed }) => {
    for (const local of [2, 8, 5]) {
      // 16 is no multiple of 5: what is left over is averaged at the end.
      const run = await runProtocol({ ...base, protocol: `local-sgd:local=${local}`, seed })
      assert.equal(bitsOf(run.models.values()).size, 1, `local = ${local}`)
      assert.ok(farthestFrom(descended(run, rate, base.steps), run.models.values()) < 1e-5)
      for (const { step, model } of run.reports.flat())
        assert.equal(model !== undefined, step % local === 0 || step === base.steps)
    }
  },
  { seeds: seedsUpTo(3) },
)

test('steps between averagings are silent', async () => {
  const { trace } = await runProtocol({ ...base, protocol: 'local-sgd:local=8' })
  for (let step = 1; step <= base.steps; step++)
    assert.equal(saidIn(trace, step).messages, step % 8 === 0 ? n * (n - 1) : 0)
})

seeded(
  'peers that are periods apart miss nothing: what one says of an averaging ahead is kept for the others',
  async ({ seed }) => {
    const workMs = (member: number) => uniform(0, member === 0 ? 100 : 5)
    const swarm = { ...base, protocol: 'local-sgd:local=8', seed, workMs, deadlineMs: 10_000, steps: 32 }
    const { reports, world } = await runProtocol(swarm)
    assert.ok(reports.flat().every(({ model }) => (model?.missing ?? []).length === 0))
    assert.deepEqual(world.blames, [])
  },
  { seeds: seedsUpTo(3) },
)

test('one liar takes all models where it likes', async () => {
  const run = await runProtocol({ ...base, protocol: 'local-sgd', liars: new Map([[1, pulling(100)]]) })
  for (const model of run.models.values()) assert.ok(distanceOf(run.best, model) > 10)
})

test('under deadlines the others go on without one that is silent, to the mean of their own', async () => {
  const run = await runProtocol({ ...base, protocol: 'local-sgd:local=4', liars: new Map([[1, silent]]) })
  assert.ok(farthestFrom(descended(run, rate, base.steps), run.models.values()) < 1e-5)
  assert.deepEqual(run.reports[0]?.[3]?.model?.missing, ['p001'])
})
