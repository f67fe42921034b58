/** ByzSGD and GuanYu as rows of the table: the guard, what they promise, and what the shared suite does not look at. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatheringWait } from '../../../src/agreement/byzsgd/options.ts'
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import { constant } from '../../../src/sim/latency.ts'
import { isCoded } from '../../../src/util/coded-error.ts'
import { type ProtocolSwarm, planOf, runProtocol } from '../protocol-swarm.ts'

function standing(protocol: string, swarm: Partial<ProtocolSwarm>) {
  const plan = planOf({ protocol, n: 7, f: 2, steps: 1, policy: 'quorum', rule: 'mda', ...swarm })
  return parseProtocol(protocol).assess(plan)
}

test('as many servers may lie as the paper admits, unless fewer are declared', () => {
  for (const [protocol, serverF] of [
    ['byzsgd', 1],
    ['byzsgd:servers=7', 1],
    ['byzsgd:servers=8', 2],
    ['byzsgd:servers=1', 0],
    ['byzsgd:servers=8,serverF=1', 1],
    ['guanyu', 1],
    ['guanyu:servers=5', 0],
    ['guanyu:servers=9', 2],
  ] as const) {
    const { servers, serverF: given } = parseProtocol(protocol)
    assert.equal(given, serverF, protocol)
    assert.equal(new Set(servers).size, 1)
  }
})

test('the guard: what trimmed mean contracts is proven with the least numbers, less is not, and what cannot be computed is impossible', () => {
  for (const [protocol, swarm, expected] of [
    // The median has no factor.
    ['byzsgd', {}, 'outside-proof'],
    ['byzsgd:servers=6', { policy: 'synchronous' }, 'outside-proof'],
    ['byzsgd:servers=4,serverF=1', {}, 'outside-proof'],
    ['byzsgd:servers=6,contract=trmean', { n: 6 }, 'outside-proof'],
    ['byzsgd:servers=1', {}, 'outside-proof'],
    ['byzsgd:servers=3,serverF=1', {}, 'impossible'],
    ['byzsgd', { rule: 'average' }, 'impossible'],
    ['byzsgd:servers=6,contract=trmean', { rule: 'average', f: 0 }, 'proven'],
    // n - f = 5 gradients, and multikrum needs 7; with a deadline all 7 may come.
    ['byzsgd', { rule: 'multikrum' }, 'impossible'],
    ['byzsgd', { rule: 'multikrum', policy: 'synchronous' }, 'outside-proof'],
    ['guanyu:contract=trmean', { n: 9, rule: 'multikrum' }, 'proven'],
    ['guanyu:contract=trmean', { n: 8 }, 'outside-proof'],
    ['guanyu', { n: 9, rule: 'multikrum' }, 'outside-proof'],
    ['guanyu:servers=5,serverF=1', { n: 9 }, 'outside-proof'],
    // Whatever the policy: nobody passes on what servers say to each other.
    ['byzsgd:contract=trmean', {}, 'outside-proof'],
    ['byzsgd:contract=trmean', { policy: 'synchronous' }, 'outside-proof'],
    ['byzsgd:servers=6,contract=trmean', { policy: 'synchronous', late: 2 }, 'proven'],
    ['byzsgd:servers=6,contract=trmean', {}, 'proven'],
  ] as const)
    assert.equal(standing(protocol, swarm).standing, expected, `${protocol} ${JSON.stringify(swarm)}`)
})

test('rules of which nothing is known are outside the proof, and named', () => {
  const known = ['trmean', 'nnm>trmean', 'mda', 'krum', 'multikrum', 'bulyan', 'bulyan-multikrum']
  const unknown = ['cge', 'geomed', 'caf', 'centeredclipping', 'monna', 'meamed', 'aksel', 'bucketing>trmean']
  for (const protocol of ['byzsgd:servers=6,contract=trmean', 'guanyu:contract=trmean']) {
    for (const rule of known) assert.equal(standing(protocol, { n: 20, rule }).standing, 'proven', rule)
    for (const rule of unknown) {
      const assessment = standing(protocol, { n: 20, rule })
      assert.equal(assessment.standing, 'outside-proof', rule)
      assert.match(assessment.sentence, new RegExp(`no bound is known here on what f liars do to ${rule}`))
    }
  }
})

test("of the median the paper's theorem is named as such, of trimmed mean the factor that is derived", () => {
  assert.match(standing('byzsgd', {}).sentence, /the paper's theorem, .*not derived here/)
  assert.match(standing('byzsgd:servers=6,contract=trmean', {}).sentence, /at most 0\.667 of the range/)
  assert.match(standing('byzsgd:servers=4,serverF=1', {}).sentence, /servers >= 3 f_s\+2 = 5 members/)
  assert.match(standing('byzsgd:contract=trmean', {}).sentence, /servers >= 5 f_s\+1 = 6 members/)
})

test('vectors that are broadcast reliably are not what it gathers', () => {
  const { assess } = parseProtocol('byzsgd')
  const plan = { ...planOf({ protocol: 'byzsgd', n: 7, f: 2, steps: 1 }), policy: 'reliable' } as const
  const assessment = assess(plan)
  assert.ok(assessment.standing === 'impossible' && isCoded(assessment.error, 'AGREEMENT_WRONG_POLICY'))
  assert.throws(
    () => gatheringWait({ policy: 'reliable' }),
    (error) => isCoded(error, 'AGREEMENT_WRONG_POLICY'),
  )
  assert.deepEqual(gatheringWait({ policy: 'quorum' }), { policy: 'quorum' })
})

test('servers keep the model, all members report all steps, and models are exchanged every T steps', async () => {
  const { models, reports } = await runProtocol({ protocol: 'byzsgd:gather=3', n: 4, f: 1, steps: 7 })
  assert.deepEqual([...models.keys()], [0, 1, 2, 3, 4])
  for (const [position, ofMember] of reports.entries()) {
    assert.deepEqual(
      ofMember.map(({ step }) => step),
      [1, 2, 3, 4, 5, 6, 7],
    )
    const withModel = ofMember.flatMap(({ step, model }) => (model === undefined ? [] : [step]))
    assert.deepEqual(withModel, position < 5 ? [3, 6] : [1, 2, 3, 4, 5, 6, 7])
  }
  assert.ok(reports[0]?.every(({ gradient }) => gradient?.heard.length === 4))
})

test('a member reports where its time went: a worker computes and waits, a server waits', async () => {
  const latency = constant(10)
  const workMs = (member: number) => () => (member < 5 ? 1 : 30)
  const { reports } = await runProtocol({ protocol: 'byzsgd', n: 4, f: 1, steps: 3, latency, workMs })
  // A worker's parameters, load and gradient, 30 ms each. Between its gradient and the next models lie three ways, and four times
  // work at a server: apply, parameters for the others and load of what they come to, parameters for the workers.
  const times = { computeMs: 3 * 30, exchangeMs: 3 * 10 + 4 * 1, ruleMs: 0 }
  assert.deepEqual(reports[5]?.[1]?.times, times)
  assert.ok((reports[0]?.[1]?.times.exchangeMs ?? 0) > 90)
})

test('models that are no longer finite end the run with an error that says what to do', async () => {
  for (const protocol of ['byzsgd', 'guanyu', 'liubei'])
    await assert.rejects(runProtocol({ protocol, n: 6, f: 1, steps: 9, rate: 1e30 }), (error) =>
      isCoded(error, 'AGREEMENT_DIVERGED'),
    )
})
