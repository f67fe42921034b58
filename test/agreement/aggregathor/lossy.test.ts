/** AggregaThor over links that lose chunks: what each fill policy costs, with liars and without. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunkCount } from '../../../src/agreement/aggregathor/chunks.ts'
import type { AggregathorReport } from '../../../src/agreement/aggregathor/report.ts'
import { runProtocol } from '../protocol-swarm.ts'
import { dimension, errorOf, oneNoise, positions, runAttacked } from './swarm.ts'

/** 20 coordinates in chunks of two: ten chunks, of which a lossy worker brings all in 35 of 100 steps. */
const lossy = (fill: string) => `aggregathor:lossy=yes,fill=${fill},chunk=8`
const fills = ['stale', 'nan', 'drop-vector']
const eight = positions(1, 8)
const everyone = positions(1, 19)

for (const rule of ['median', 'multikrum'])
  test(`${rule}: 8 of 19 workers behind links that lose a tenth of the chunks, f = 8: it converges, whatever is done with gaps`, async () => {
    for (const fill of fills)
      for (const seed of fill === 'stale' ? [1, 2, 3] : [4]) {
        const error = await errorOf({ protocol: lossy(fill), rule, f: 8, seed, lossy: eight })
        assert.ok(error < oneNoise, `${fill}, SEED=${seed}: ${error}`)
      }
  })

test('where all links lose, stale goes on, and nan where the rule works by coordinate; whole vectors are too few to step', async () => {
  const steps = 20
  for (const [rule, fill, converges] of [
    ['median', 'stale', true],
    ['multikrum', 'stale', true],
    ['median', 'nan', true],
    ['multikrum', 'nan', false],
    ['median', 'drop-vector', false],
  ] as const) {
    const { models, refusedSteps } = await runAttacked({
      ...{ protocol: lossy(fill), rule, f: 8, steps, seed: 5, lossy: everyone },
    })
    const error = Math.hypot(...(models.get(0) ?? [Number.NaN]).map((x) => x - 1))
    const where = `${rule}, ${fill}: ${error}, ${refusedSteps} refused`
    // Under stale the first step, before which nobody has said anything, may be refused.
    assert.ok(converges ? error < oneNoise && refusedSteps <= 1 : refusedSteps >= 0.8 * steps, where)
  }
})

const chunking = { dimension, length: 2 }
const swarm = { n: 7, f: 2, rule: 'multikrum', apart: 0, noise: 0.1, dimension, steps: 20 }

test('reports count the chunks that were lost and no others, and name as missing whose vector was not used', async () => {
  const link = (from: number, to: number) => ({ loss: to === 0 && from <= 2 ? 0.3 : 0 })
  const { reports, trace } = await runProtocol({ ...swarm, protocol: lossy('drop-vector'), link })
  for (const { step, lostChunks, gradient, refusal } of (reports[0] ?? []) as readonly AggregathorReport[]) {
    const came = trace.filter((line) => line.includes(` ${step}/gradient/chunk/`)).length
    assert.equal(lostChunks, swarm.n * chunkCount(chunking) - came, `step ${step}`)
    assert.equal(refusal, undefined)
    const whole = [1, 2].filter(
      (i) =>
        trace.filter((line) => line.includes(`>p000 p00${i} ${step}/gradient/chunk/`)).length ===
        chunkCount(chunking),
    )
    assert.equal(gradient?.missing.length, 2 - whole.length, `step ${step}`)
  }
  for (const of of reports.slice(1))
    assert.ok(of.every((report) => (report as AggregathorReport).lostChunks === 0))
})

test('a step that too few vectors come whole for is refused, says why, and leaves the model as it was', async () => {
  const { models, reports } = await runProtocol({
    ...{ ...swarm, protocol: lossy('drop-vector'), steps: 3, deadlineMs: 100 },
    link: (from, to) => ({ loss: to === 0 && from <= 3 ? 0.9 : 0 }),
  })
  assert.deepEqual(models.get(0), new Float32Array(dimension))
  for (const { refusal, gradient } of reports[0] ?? []) {
    assert.match(refusal ?? '', /of more than f = 2 of the 7 workers no vector came that could be used/)
    assert.equal(gradient, undefined)
  }
})

test('where nothing is lost, chunks change nothing: the model has the bits of the run without them, and no deadline passes', async () => {
  const { models } = await runProtocol({ ...swarm, protocol: 'aggregathor' })
  for (const fill of fills) {
    const chunked = await runProtocol({ ...swarm, protocol: lossy(fill) })
    assert.deepEqual(chunked.models, models, fill)
    assert.ok(chunked.world.clock.now() < swarm.steps * 45, `${chunked.world.clock.now()} ms`)
  }
})
