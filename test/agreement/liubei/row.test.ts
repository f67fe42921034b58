/** LiuBei as a row of the table: the guard, a round with pulls, and its traffic beside GuanYu's. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import { constant } from '../../../src/sim/latency.ts'
import { isCoded } from '../../../src/util/coded-error.ts'
import { seeded, seedsUpTo } from '../../sim/seeded.ts'
import {
  dimension,
  type ProtocolSwarm,
  planOf,
  runProtocol,
  saidIn,
  withoutDigests,
} from '../protocol-swarm.ts'

function assessed(protocol: string, swarm: Partial<ProtocolSwarm>) {
  const plan = planOf({ protocol, n: 7, f: 3, steps: 1, rule: 'trmean', ...swarm })
  return parseProtocol(protocol).assess(plan)
}

test('the guard calls nothing proven, names the first bound that fails, and refuses what cannot be computed', () => {
  for (const [protocol, swarm, standing, code] of [
    ['liubei', {}, 'outside-proof', 'AGREEMENT_NOTHING_PROVEN'],
    ['liubei:servers=3,serverF=1', {}, 'impossible', 'AGREEMENT_IMPOSSIBLE'],
    ['liubei', { n: 6 }, 'impossible', 'AGREEMENT_IMPOSSIBLE'],
    ['liubei', { rule: 'multikrum' }, 'impossible', 'AGREEMENT_IMPOSSIBLE'],
    ['liubei', { rule: 'multikrum', n: 9 }, 'outside-proof', 'AGREEMENT_NOTHING_PROVEN'],
    ['liubei', { policy: 'quorum' }, 'impossible', 'AGREEMENT_WRONG_POLICY'],
  ] as const) {
    const assessment = assessed(protocol, swarm)
    assert.equal(assessment.standing, standing, `${protocol} ${JSON.stringify(swarm)}`)
    assert.ok('error' in assessment && isCoded(assessment.error, code), assessment.sentence)
  }
})

test('four servers may have one liar, and seven two', () => {
  for (const [servers, serverF] of [
    [1, 0],
    [3, 0],
    [4, 1],
    [6, 1],
    [7, 2],
  ] as const)
    assert.equal(parseProtocol(`liubei:servers=${servers}`).serverF, serverF)
})

test('a step with pulls is delivered as its trace in test/traces has it', async () => {
  const { trace } = await runProtocol({ protocol: 'liubei', n: 3, f: 1, steps: 2, latency: constant(10) })
  const recorded = readFileSync(new URL('../../traces/liubei-pulls.txt', import.meta.url), 'utf8')
  const pulled = withoutDigests(trace).filter((line) => !line.includes(' 3/'))
  assert.deepEqual(pulled, recorded.trimEnd().split('\n'))
})

// GuanYu, 6 servers: 12n + 30 vectors a step. LiuBei, 4 servers, T = 10: 4n gradients, and of ten steps nine times n models
// and once 4n and 12: 5.3n + 1.2. Rejections are pulls on top: a quarter of n at most, nine times of ten.
seeded(
  'LiuBei moves less than half of what GuanYu moves, by the formulas and as measured',
  async ({ seed, watch }) => {
    const swarm = { n: 9, f: 2, seed, steps: 41, noise: 0.1, rule: 'trmean' }
    const period = Array.from({ length: 10 }, (_, i) => 31 + i)
    const [guanyu, liubei] = await Promise.all(
      ['guanyu', 'liubei'].map(async (protocol) => {
        const { world, trace, protocol: made } = await runProtocol({ ...swarm, protocol })
        watch(world)
        const sum = (bytes: (step: number) => number) => period.reduce((all, step) => all + bytes(step), 0)
        return {
          measured: sum((step) => saidIn(trace, step).bytes),
          formula: sum((step) => made.cost(planOf({ ...swarm, protocol }), step).bytes),
        }
      }),
    )
    assert.ok(guanyu !== undefined && liubei !== undefined)
    const vector = 4 * dimension
    assert.equal(guanyu.formula, 10 * (12 * 9 + 30) * vector)
    assert.equal(guanyu.measured, guanyu.formula)
    assert.equal(liubei.formula, (53 * 9 + 12) * vector)
    const rejections = (liubei.measured - liubei.formula) / (9 * 9 * vector)
    assert.ok(rejections >= 0 && rejections < 0.6, `${rejections} a pull`)
    assert.ok(liubei.measured < guanyu.measured / 2)
  },
  { seeds: seedsUpTo(3) },
)
