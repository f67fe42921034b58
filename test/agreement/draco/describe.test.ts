/** What the mesh is told of DRACO's tags, and who plays which role. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeDraco, rolesOf, rowTag, sumTag, voteTag } from '../../../src/agreement/draco/describe.ts'
import { modelTag } from '../../../src/agreement/tags.ts'
import { isCoded } from '../../../src/util/coded-error.ts'

test('models are for all, answers for their recipient alone, each of one length', () => {
  const repetition = describeDraco(10, { code: 'repetition' })
  const cyclic = describeDraco(10, { code: 'cyclic' })
  const lengths = [
    [repetition, modelTag(1), 'all', 40],
    [repetition, voteTag(1), 'recipients', 32],
    [repetition, sumTag(1), 'recipients', 40],
    [cyclic, modelTag(1), 'all', 40],
    [cyclic, rowTag(1), 'recipients', 160],
  ] as const
  for (const [describe, tag, audience, length] of lengths) {
    const description = describe(tag)
    assert.equal(description?.audience, audience)
    assert.equal(description?.maxBytes, length)
    assert.equal(description?.codec.byteLength, length)
  }
})

test('one code knows nothing of the other’s tags, and neither knows hops, origins, parts or other words', () => {
  const describe = describeDraco(10, { code: 'cyclic' })
  for (const tag of [
    voteTag(1),
    sumTag(1),
    { ...rowTag(1), hop: 1 },
    { ...rowTag(1), part: 0 },
    { ...modelTag(1), origin: 'p000' },
    { ...modelTag(1), kind: 'constructor' },
    { ...rowTag(1), kind: 'constructor' },
  ])
    assert.equal(describe(tag), undefined)
  assert.equal(describeDraco(10, { code: 'repetition' })(rowTag(1)), undefined)
  assert.equal(describe({ step: 0, phase: 'ready', kind: 'word', hop: 0 })?.maxBytes, 8)
})

test('exactly one member serves, and the workers are in the order of the members', () => {
  const members = ['a', 'b', 'c'].map((peer) => ({ peer, role: peer === 'b' ? 'server' : 'worker' }))
  assert.deepEqual(rolesOf({ members }), { server: 'b', workers: ['a', 'c'] })
  for (const role of ['server', 'worker'])
    assert.throws(
      () => rolesOf({ members: members.map(({ peer }) => ({ peer, role })) }),
      (error) => isCoded(error, 'AGREEMENT_ROLES'),
    )
})
