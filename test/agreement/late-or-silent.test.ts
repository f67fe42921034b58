/** Attendance that tells who is late from who is silent. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LateOrSilent } from '../../src/agreement/late-or-silent.ts'
import { Attendance } from '../../src/mesh/attendance.ts'

const missLimit = 2

test('who is silent is waited for once more than the limit says, and no longer', () => {
  const attendance = new LateOrSilent(new Attendance(missLimit))
  let waits = 0
  for (let exchange = 0; exchange < 20; exchange++) {
    if (attendance.isWaitedFor('silent')) waits += 1
    attendance.missed('silent')
  }
  assert.equal(waits, missLimit + 1)
})

test('who says something after every deadline is always waited for', () => {
  const attendance = new LateOrSilent(new Attendance(missLimit))
  for (let exchange = 0; exchange < 20; exchange++) {
    attendance.missed('late')
    attendance.spoke('late')
    assert.ok(attendance.isWaitedFor('late'))
    assert.equal(attendance.debtOf('late'), 0)
  }
})

test('being heard in time pays back as it does otherwise', () => {
  const inner = new Attendance(missLimit)
  const attendance = new LateOrSilent(inner)
  for (let exchange = 0; exchange < 4; exchange++) attendance.missed('peer')
  assert.ok(!attendance.isWaitedFor('peer'))
  const debt = inner.debtOf('peer')
  attendance.heard('peer')
  assert.ok(inner.debtOf('peer') < debt)
  for (let exchange = 0; exchange < 30; exchange++) attendance.heard('peer')
  assert.ok(attendance.isWaitedFor('peer'))
})
