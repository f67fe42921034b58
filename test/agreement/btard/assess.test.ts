/** The guard of BTARD, and what its parameters may be. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import { isCoded } from '../../../src/util/coded-error.ts'
import { type ProtocolSwarm, planOf } from '../protocol-swarm.ts'

function standing(protocol: string, swarm: Pick<ProtocolSwarm, 'n' | 'f' | 'late' | 'policy'>): string {
  return parseProtocol(protocol).assess(planOf({ ...swarm, protocol, steps: 1 })).standing
}

test('n >= 4f+1 and n >= 2f+1+m are proven; with fewer it runs, outside the proof', () => {
  assert.equal(standing('btard', { n: 5, f: 1 }), 'proven')
  assert.equal(standing('btard', { n: 4, f: 1 }), 'outside-proof')
  assert.equal(standing('btard', { n: 9, f: 2 }), 'proven')
  assert.equal(standing('btard', { n: 8, f: 2 }), 'outside-proof')
  assert.equal(standing('btard:validators=4', { n: 9, f: 2 }), 'proven')
  assert.equal(standing('btard:validators=5', { n: 9, f: 2 }), 'outside-proof')
  assert.equal(standing('btard', { n: 2, f: 0 }), 'proven')
})

test('without a contributor, and without deadlines, it cannot be run; who counts on late peers is outside the proof', () => {
  assert.equal(standing('btard:validators=2', { n: 2, f: 0 }), 'impossible')
  assert.equal(standing('btard', { n: 9, f: 2, policy: 'quorum' }), 'impossible')
  const late = parseProtocol('btard').assess(planOf({ protocol: 'btard', n: 9, f: 2, late: 1, steps: 1 }))
  assert.equal(late.standing, 'outside-proof')
  assert.match(late.sentence, /late is banned/)
})

test('parameters that make no sense are refused by name', () => {
  for (const text of [
    'tau=0',
    'tau=-1',
    'tau=x',
    'validators=0',
    'validators=1.5',
    'delta=0',
    'tolerance=0',
    'm=1',
  ])
    assert.throws(
      () => parseProtocol(`btard:${text}`),
      (error) => isCoded(error, 'AGREEMENT_BAD_PARAMETER'),
      text,
    )
  assert.equal(parseProtocol('btard:tau=0.5').text, 'btard:tau=0.5,validators=1,tolerance=0.00001,delta=10')
})

test('a byte more than any member may say is refused before it is taken, and tags of others are none', () => {
  const { describe } = parseProtocol('btard')
  const plan = planOf({ protocol: 'btard', n: 5, f: 1, steps: 1 })
  const members = ['a', 'b', 'c', 'd', 'e'].map((peer) => ({ peer, role: 'peer' }))
  const bytesOf = describe(plan, members)
  const tag = { step: 1, kind: 'said', hop: 0 }
  const most = (phase: string) => bytesOf({ ...tag, phase })?.maxBytes
  assert.deepEqual(['commit', 'aggregate', 'reveal', 'scalars', 'accuse'].map(most), [
    32 * 6,
    4 * 6,
    32,
    16 * 5,
    2,
  ])
  assert.equal(bytesOf({ ...tag, phase: 'part', kind: 'part' })?.audience, 'recipients')
  const refused = [
    { phase: 'commit', hop: 1 },
    { phase: 'commit', kind: 'view', hop: 3 },
    { phase: 'commit', kind: 'king' },
    { phase: 'commit', kind: 'copy' },
    { phase: 'commit', kind: 'copy', origin: 'stranger' },
    { phase: 'commit', origin: 'a' },
    { phase: 'commit', part: 1 },
    { phase: 'part' },
  ]
  for (const changes of refused) assert.equal(bytesOf({ ...tag, ...changes }), undefined)
})
