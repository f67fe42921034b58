/** The guard: what it refuses, and what its message names. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAgreementRule } from '../../../src/agreement/rule.ts'
import { assessTwoServer, type TwoServerPlan } from '../../../src/agreement/two-server/assess.ts'
import { castOf, roles } from '../../../src/agreement/two-server/cast.ts'
import { isCoded } from '../../../src/util/coded-error.ts'

interface Case extends Partial<Omit<TwoServerPlan, 'rule'>> {
  readonly rule?: string
}

function answer({ n = 7, rule = 'multikrum', ...rest }: Case) {
  return assessTwoServer({ n, f: 2, dimension: 1000, ...rest, rule: parseAgreementRule(rule) })
}

const cases: readonly [Case, standing: string, named: readonly string[]][] = [
  [{}, 'proven', ['n = 7 workers', 'f = 2', 'multikrum']],
  [{ rule: 'mda', n: 5 }, 'proven', []],
  [{ rule: 'nnm>krum' }, 'proven', []],
  [{ rule: 'average', f: 0, n: 1 }, 'proven', []],
  [{ n: 6 }, 'impossible', ['AGREEMENT_IMPOSSIBLE', 'n = 6', 'f = 2', 'n >= 2f+3', '= 7 members']],
  [{ rule: 'mda', n: 4 }, 'impossible', ['AGREEMENT_IMPOSSIBLE', 'n >= 2f+1']],
  [{ rule: 'average' }, 'impossible', ['AGREEMENT_IMPOSSIBLE', 'f = 0']],
  [{ rule: 'trmean' }, 'impossible', ['AGREEMENT_TWO_SERVER_COORDINATES', 'trmean', 'ranks']],
  [
    { rule: 'midpoint' },
    'impossible',
    ['AGREEMENT_TWO_SERVER_COORDINATES', 'midpoint', 'vectors themselves'],
  ],
  [{ rule: 'arc>krum' }, 'impossible', ['AGREEMENT_TWO_SERVER_COORDINATES', 'norms']],
  [
    { fixedPoint: { clipNorm: 1e6, fractionBits: 18 } },
    'impossible',
    ['AGREEMENT_TWO_SERVER_OVERFLOW', '1000 coordinates', 'clip to 85.3'],
  ],
  [
    { fixedPoint: { clipNorm: 1, fractionBits: 40 } },
    'impossible',
    ['AGREEMENT_TWO_SERVER_OVERFLOW', 'fewer fraction bits'],
  ],
  [{ checksRange: false }, 'outside-proof', ['AGREEMENT_TWO_SERVER_UNCHECKED', '2^63', 'f = 2']],
  [{ checksRange: false, f: 0, rule: 'average' }, 'proven', []],
  [{ n: 0, f: 0, rule: 'average' }, 'impossible', ['AGREEMENT_IMPOSSIBLE', 'n = 0', '= 1 members']],
]
for (const [plan, standing, named] of cases)
  test(`${JSON.stringify(plan)} is ${standing}`, () => {
    const given = answer(plan)
    assert.equal(given.standing, standing)
    for (const part of named) assert.ok(given.sentence.includes(part), given.sentence)
    const [phase] = given.phases
    const expected = { proven: 'proven', impossible: 'refused', 'outside-proof': 'runnable' }[standing]
    assert.deepEqual([phase?.phase, phase?.standing], ['gradient', expected])
    if (given.standing !== 'proven') assert.equal(given.error.message, given.sentence)
  })

test('one member plays each part of a server, and the workers are in the order of the members', () => {
  const servers = [roles.first, roles.second, roles.dealer]
  const members = ['worker', ...servers, 'worker'].map((role, i) => ({ peer: `p${i}`, role }))
  const [first, second, dealer] = ['p1', 'p2', 'p3']
  assert.deepEqual(castOf(members), { workers: ['p0', 'p4'], first, second, dealer })
  for (const wrong of [members.slice(0, 3), [...members, { peer: 'p5', role: roles.dealer }]])
    assert.throws(
      () => castOf(wrong),
      (error) => isCoded(error, 'AGREEMENT_ROLES'),
    )
})
