import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attacksOf } from '../../src/commands/demo.ts'
import { type DemoReport, whatHappened } from '../../src/commands/demo-report.ts'
import { tableLine, tableLines } from '../../src/commands/demo-table.ts'

test('attacks are dealt one to each attacker, and the last repeats', () => {
  const deal = (attack: string, byzantine: number) => attacksOf({ attack, byzantine, peers: 7 })
  assert.deepEqual(deal('ipm,equivocate', 2), ['ipm', 'equivocate'])
  assert.deepEqual(deal('ipm,equivocate', 4), ['ipm', 'equivocate', 'equivocate', 'equivocate'])
  assert.deepEqual(deal('alie', 2), ['alie', 'alie'])
  assert.deepEqual(deal('alie:tau=1.5,ddof=0,silent', 2), ['alie:tau=1.5,ddof=0', 'silent'])
  assert.deepEqual(deal('ipm:tau=2,./mine.ts,../ours.mjs,alie', 4), [
    'ipm:tau=2',
    './mine.ts',
    '../ours.mjs',
    'alie',
  ])
  assert.deepEqual(deal('silent', 0), [])
})

test('an attack that there is not, and a swarm of attackers alone, are refused', () => {
  assert.throws(() => attacksOf({ attack: 'ipm,rudeness', byzantine: 1, peers: 7 }), {
    code: 'ATTACK_UNKNOWN',
  })
  assert.throws(() => attacksOf({ attack: 'ipm', byzantine: 7, peers: 7 }), { code: 'COMMAND_BAD_OPTION' })
})

const peer = { pid: 1, steps: 10, bytesIn: 0, bytesOut: 0, rssBytes: 0, stepMs: 100 }
const report: DemoReport = {
  swarm: { n: 3, f: 1, rule: 'nnm>trmean', modelRule: 'trmean', protocol: 'learn', steps: 10, model: 'mlp' },
  seconds: 61.6,
  spread: 0.00234,
  peers: [
    { ...peer, peer: 'p1', honest: true, attack: null, accuracy: 0.95 },
    { ...peer, peer: 'p2', honest: true, attack: null, accuracy: 0.9612 },
    { ...peer, peer: 'p3', honest: false, attack: 'ipm:tau=2', accuracy: null },
  ],
}

test('what happened is one sentence with its figures', () => {
  assert.equal(
    whatHappened(report),
    '1 of 3 peers attacked (ipm:tau=2); with nnm>trmean on gradients and trmean on models, the 2 honest peers got 0.9500 to 0.9612 of the test images right after 10 steps in 62 s, and their models differ by 0.23 % of their norm.',
  )
  const honest = { ...report, spread: 0, peers: report.peers.slice(0, 1) }
  assert.match(
    whatHappened(honest),
    /^All 3 peers were honest; .* got 0\.9500 of .* and their models are equal\.$/,
  )
  const diverged = whatHappened({ ...report, spread: null })
  assert.match(
    diverged,
    /learning diverged after 10 steps in 62 s; when last measured, the 2 honest peers got .* right\.$/,
  )
})

test('the table has a line for each peer, also for one that does not answer', () => {
  const peers = [
    { peer: 'p1', name: 'peer 1', data: '' },
    { peer: 'p2', name: 'peer 2', data: '', attack: 'silent' },
  ]
  const [, first, second] = tableLines(peers, [undefined, undefined])
  assert.match(first ?? '', /^peer 1 +honest +starting or ended/)
  assert.match(second ?? '', /^peer 2 +silent +starting or ended/)
  assert.match(tableLine([undefined, undefined]), /^0 of 2 peers up/)
})
