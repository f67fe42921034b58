/** DRACO as a row of the table: what the shared suite does not look at. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import { isCoded } from '../../../src/util/coded-error.ts'
import { planOf, runProtocol, withoutDigests } from '../protocol-swarm.ts'
import { dimension, noisy, trainWithDraco } from './swarm.ts'

test('the server keeps the model, and every member reports every step', async () => {
  for (const protocol of ['draco', 'draco:code=cyclic']) {
    const { models, reports, world } = await runProtocol({ protocol, n: 3, f: 1, steps: 5 })
    assert.deepEqual([...models.keys()], [0])
    assert.deepEqual(
      reports.map((of) => of.map(({ step }) => step)),
      Array.from({ length: 4 }, () => [1, 2, 3, 4, 5]),
    )
    // Two equal votes are enough for the repetition code.
    assert.ok(reports[0]?.every(({ gradient }) => (gradient?.heard.length ?? 0) >= 2))
    assert.deepEqual(world.blames, [])
  }
})

test('a worker computes 2f+1 gradients a step, the server none, and the trained model is said once', async () => {
  for (const [code, n, f] of [
    ['repetition', 15, 2],
    ['cyclic', 7, 2],
  ] as const) {
    const { trace, reports, workerReports } = await trainWithDraco({ code, n, f, seed: 1, steps: 2 })
    assert.deepEqual([...new Set(workerReports.flat().map(({ gradients }) => gradients))], [2 * f + 1])
    assert.ok(reports.every(({ gradients }) => gradients === 0))
    const last = trace.map((line) => line.split(' ').slice(3, 6)).filter(([tag]) => tag?.startsWith('3/'))
    assert.deepEqual(
      last,
      Array.from({ length: n }, () => ['3/model/value/0', '0', `${4 * dimension}`]),
    )
  }
})

test('cyclic: one round with a liar in it is delivered as its trace in test/traces has it', async () => {
  const liars = new Map([[1, noisy(10, 1)]])
  const { trace } = await trainWithDraco({
    ...{ code: 'cyclic', n: 4, f: 1, seed: 1, steps: 1, liars },
    latency: () => 10,
  })
  const recorded = readFileSync(new URL('../../traces/draco-cyclic.txt', import.meta.url), 'utf8')
  assert.deepEqual(withoutDigests(trace), recorded.trimEnd().split('\n'))
})

test('without a deadline nobody could say who is late: other policies are refused', () => {
  const { assess } = parseProtocol('draco')
  const plan = planOf({ protocol: 'draco', n: 3, f: 1, steps: 1 })
  assert.equal(assess(plan).standing, 'proven')
  for (const policy of ['quorum', 'reliable'] as const) {
    const assessment = assess({ ...plan, policy })
    assert.equal(assessment.standing, 'impossible')
    assert.ok(assessment.standing === 'impossible' && isCoded(assessment.error, 'AGREEMENT_WRONG_POLICY'))
    assert.match(assessment.sentence, /policy quorum|policy reliable.*synchronous/)
  }
})
