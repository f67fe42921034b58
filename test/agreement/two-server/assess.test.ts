/** The guard: what it refuses, and what its message names. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assessTwoServer, type TwoServerPlan } from '../../../src/agreement/two-server/assess.ts'
import { roleOf, roles } from '../../../src/agreement/two-server/cast.ts'
import { parseRule } from '../../../src/gar/pipeline.ts'
import type { Member } from '../../../src/mesh/mesh.ts'
import { memberName } from '../../../src/sim/world.ts'
import { isCoded } from '../../../src/util/coded-error.ts'

function membersOf(n: number, ...others: readonly string[]): Member[] {
  return [...new Array<string>(n).fill(roles.worker), ...others].map((role, i) => ({
    peer: memberName(i),
    role,
  }))
}
const servers = [roles.first, roles.second, roles.dealer]

interface Case extends Partial<Omit<TwoServerPlan, 'rule' | 'members'>> {
  readonly n?: number
  readonly rule?: string
  readonly others?: readonly string[]
}

function answer({ n = 7, rule = 'multikrum', others = servers, ...rest }: Case) {
  const members = membersOf(n, ...others)
  return assessTwoServer({ members, f: 2, dimension: 1000, ...rest, rule: parseRule(rule) })
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
  [
    { others: [roles.first, roles.dealer] },
    'impossible',
    ['AGREEMENT_TWO_SERVER_CAST', 'second-server', '0'],
  ],
  [{ others: [...servers, roles.first] }, 'impossible', ['AGREEMENT_TWO_SERVER_CAST', 'first-server', '2']],
  [{ n: 0 }, 'impossible', ['AGREEMENT_TWO_SERVER_CAST', 'worker', 'at least 1']],
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

test('a member plays the role that the roster gives it, and none that this protocol does not have', () => {
  const members = membersOf(2, ...servers)
  assert.deepEqual(
    members.map(({ peer }) => roleOf(peer, members)),
    members.map(({ role }) => role),
  )
  const stranger = [...members, { peer: 'x', role: 'server' }]
  assert.throws(
    () => roleOf('x', stranger),
    (error) => isCoded(error, 'AGREEMENT_TWO_SERVER_CAST'),
  )
})
