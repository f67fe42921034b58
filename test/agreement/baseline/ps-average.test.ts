/** Averaging at a parameter server: plain gradient descent where nobody lies, and any liar's prey. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import { constant } from '../../../src/sim/latency.ts'
import { seeded, seedsUpTo } from '../../sim/seeded.ts'
import { farthestFrom, type ProtocolSwarm, planOf, runProtocol, silent } from '../protocol-swarm.ts'
import { descended, pulling } from './descent.ts'

const [n, steps, rate] = [5, 20, 0.2]
const base = { protocol: 'ps-average', n, f: 0, steps, rate } satisfies ProtocolSwarm

seeded(
  'without liars it is plain gradient descent on the mean loss, up to rounding, and reports say that all were heard',
  async ({ seed }) => {
    const run = await runProtocol({ ...base, seed })
    assert.ok(farthestFrom(descended(run, rate, steps), run.models.values()) < 1e-5)
    const [server = [], ...workers] = run.reports
    assert.deepEqual(
      server.map(({ step }) => step),
      Array.from({ length: steps }, (_, i) => i + 1),
    )
    assert.ok(server.every(({ gradient }) => gradient?.heard.length === n && gradient.missing.length === 0))
    assert.ok(workers.every((reports) => reports.length === steps))
  },
  { seeds: seedsUpTo(5) },
)

seeded(
  'one liar takes the model where it likes',
  async ({ seed }) => {
    const run = await runProtocol({ ...base, seed, liars: new Map([[1, pulling(100)]]) })
    assert.ok(farthestFrom(run.best, run.models.values()) > 10)
  },
  { seeds: seedsUpTo(5) },
)

seeded(
  'a worker that is silent is done without at the deadline, and the mean is that of the others',
  async ({ seed }) => {
    const run = await runProtocol({ ...base, seed, liars: new Map([[3, silent]]) })
    assert.ok(farthestFrom(descended(run, rate, steps), run.models.values()) < 1e-5)
    assert.deepEqual(run.reports[0]?.[0]?.gradient?.missing, ['p003'])
  },
  { seeds: seedsUpTo(3) },
)

test('a quorum goes on with the first n - f, and f silent workers stop nothing', async () => {
  const run = await runProtocol({ ...base, policy: 'quorum', f: 1, liars: new Map([[3, silent]]) })
  assert.ok(farthestFrom(descended(run, rate, steps), run.models.values()) < 1e-5)
  await assert.rejects(
    runProtocol({ ...base, policy: 'quorum', f: 0, liars: new Map([[3, silent]]) }),
    /SIM_STALLED/,
  )
})

test('a worker that takes longer than the deadline skips models and ends with the others', async () => {
  const workMs = (member: number) => constant(member === 2 ? 350 : 0)
  const { reports } = await runProtocol({ ...base, workMs })
  assert.equal(reports[0]?.length, steps)
  assert.ok((reports[2]?.length ?? 0) < steps)
  assert.ok((reports[2]?.length ?? 0) > 0)
})

test('without declared liars it is proven, with some outside the proof, and over reliable broadcast there is none', () => {
  const { assess } = parseProtocol('ps-average')
  assert.equal(assess(planOf(base)).standing, 'proven')
  const { standing, sentence } = assess(planOf({ ...base, f: 1 }))
  assert.equal(standing, 'outside-proof')
  assert.match(sentence, /AGREEMENT_NOTHING_PROVEN.*one liar/)
  assert.match(assess({ ...planOf(base), policy: 'reliable' }).sentence, /AGREEMENT_WRONG_POLICY/)
})
