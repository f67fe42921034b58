/** Gossip averaging: the mean of all models descends as one, and all stay near it; a liar reaches everybody. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphOf } from '../../../src/agreement/graph/graphs.ts'
import { metropolisWeights } from '../../../src/agreement/graph/metropolis.ts'
import { spectralGap } from '../../../src/agreement/graph/spectral-gap.ts'
import { seeded, seedsUpTo } from '../../sim/seeded.ts'
import { farthestFrom, runProtocol, silent } from '../protocol-swarm.ts'
import { bitsOf, descended, distanceOf, meanOf, pulling } from './descent.ts'

const [n, steps, rate] = [9, 20, 0.2]
const base = { n, f: 0, steps, rate, apart: 1 }
const graphs = [
  ['complete', graphOf('complete', n)],
  ['ring', graphOf('ring', n)],
  ['torus', graphOf('torus', n)],
  ['random,degree=3,seed=5', graphOf('random', n, { degree: 3, seed: 5 })],
] as const

for (const [text, graph] of graphs) {
  const protocol = `gossip-average:graph=${text}`
  seeded(
    `${text}: the mean of all models takes the step of the mean gradient, and they stay as near as the gap has it`,
    async ({ seed }) => {
      const run = await runProtocol({ ...base, protocol, seed })
      const models = [...run.models.values()]
      assert.ok(distanceOf(meanOf(models), descended(run, rate, steps)) < 1e-4)
      // e <- W ((1 - rate) e + rate (center - mean of centers)), so |e| <= left * (...): from 0, geometric. The centers are of
      // 6 coordinates at n peers with deviation 1; three times their expected length is never reached.
      const left = 1 - spectralGap(metropolisWeights(graph))
      const centers = 3 * Math.sqrt(6 * n)
      const spread = Math.hypot(...models.map((model) => distanceOf(model, meanOf(models))))
      assert.ok(spread <= ((left * rate) / (1 - left * (1 - rate))) * centers + 1e-4, `${spread}`)
    },
    { seeds: seedsUpTo(2) },
  )

  test(`${text}: models go along the edges of the graph and nowhere else`, async () => {
    const { trace } = await runProtocol({ ...base, protocol, steps: 2 })
    const said = new Set(trace.map((line) => line.split(' ')[1]))
    const name = (i: number) => `p00${i}`
    const edges = graph.flatMap((neighbours, i) => neighbours.map((j) => `${name(i)}>${name(j)}`))
    assert.deepEqual([...said].sort(), edges.sort())
  })

  test(`${text}: one liar takes all where it likes, neighbours or not`, async () => {
    const run = await runProtocol({ ...base, protocol, liars: new Map([[4, pulling(-1000)]]) })
    for (const model of run.models.values()) assert.ok(distanceOf(run.best, model) > 10)
  })

  test(`${text}: under deadlines the others go on without one that is silent`, async () => {
    // Of one loss at all: weights that sum to 1 change nothing.
    const run = await runProtocol({ ...base, apart: 0, protocol, liars: new Map([[4, silent]]) })
    assert.ok(run.reports.every((reports, i) => i === 4 || reports.length === steps))
    assert.ok(farthestFrom(descended(run, rate, steps), run.models.values()) < 1e-5)
    assert.deepEqual(run.reports[graph[4]?.[0] ?? 0]?.[0]?.model?.missing, ['p004'])
  })
}

test('in the complete graph one exchange brings all to the same model', async () => {
  const { models } = await runProtocol({ ...base, protocol: 'gossip-average' })
  const [first = new Float32Array()] = models.values()
  assert.ok(farthestFrom(first, models.values()) < 1e-6)
  const ring = await runProtocol({ ...base, protocol: 'gossip-average:graph=ring' })
  assert.equal(bitsOf(ring.models.values()).size, n)
})

test('a quorum of neighbours suffices where f of them are silent', async () => {
  const protocol = 'gossip-average:graph=torus'
  const liars = new Map([[4, silent]])
  const { reports } = await runProtocol({ ...base, protocol, f: 1, policy: 'quorum', liars })
  assert.ok(reports.every((one, i) => i === 4 || one.length === steps))
  await assert.rejects(runProtocol({ ...base, protocol, policy: 'quorum', liars }), /SIM_STALLED/)
})
