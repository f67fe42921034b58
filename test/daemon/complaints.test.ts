import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Complaints, maxDistinct, pauseMs } from '../../src/daemon/complaints.ts'

function complaints() {
  const lines: unknown[] = []
  const clock = { now: 0 }
  const made = new Complaints(
    (message, fields) => lines.push([message, fields]),
    () => clock.now,
  )
  return { made, lines, clock }
}

const complaint = (peer: string, code = 'PULL_STALLED') => ({ peer, code, message: 'stopped' })

test('the first is told at once; what follows is counted, and told of once in a while', () => {
  const { made, lines, clock } = complaints()
  for (let i = 0; i < 100; i++) made.add(complaint('p1'))
  assert.deepEqual(lines, [['stopped', { code: 'PULL_STALLED', peer: 'p1' }]])
  clock.now = pauseMs
  made.add(complaint('p1'))
  assert.deepEqual(lines[1], ['stopped', { code: 'PULL_STALLED', peer: 'p1', times: 100 }])
  assert.deepEqual(made.counts(), [{ peer: 'p1', code: 'PULL_STALLED', count: 101 }])
})

test('each peer and each code is told of by itself', () => {
  const { made, lines } = complaints()
  made.add(complaint('p1'))
  made.add(complaint('p2'))
  made.add(complaint('p1', 'PULL_TOO_MANY'))
  assert.equal(lines.length, 3)
})

test('however many strangers there are, what is kept of them is bounded and nothing goes uncounted', () => {
  const { made } = complaints()
  const strangers = maxDistinct + 500
  for (let i = 0; i < strangers; i++) made.add(complaint(`p${i}`))
  const counts = made.counts()
  assert.ok(counts.length <= maxDistinct + 1)
  assert.deepEqual(counts.at(-1), { peer: 'other peers', code: 'PULL_STALLED', count: 500 })
  assert.equal(
    counts.reduce((sum, { count }) => sum + count, 0),
    strangers,
  )
})

test('however many strangers there are, the fault of a member is told and counted under its own name', () => {
  const { made, lines } = complaints()
  for (let i = 0; i < maxDistinct + 500; i++) made.add(complaint(`p${i}`))
  made.add({ ...complaint('member'), isMember: true })
  assert.deepEqual(lines.at(-1), ['stopped', { code: 'PULL_STALLED', peer: 'member' }])
  assert.ok(made.counts().some(({ peer, count }) => peer === 'member' && count === 1))
})
