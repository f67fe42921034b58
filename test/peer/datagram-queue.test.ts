import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { InboxLimits } from '../../src/mesh/inbox.ts'
import { DatagramQueue, type Waiting } from '../../src/peer/datagram-queue.ts'

const limits: InboxLimits = { window: 4, maxPendingPerPeer: 10, maxPendingBytesPerPeer: 1_000 }

/** A queue that takes 100 bytes a millisecond, in time that passes when the test says so. */
function queue(t: TestContext, isBusy = () => false) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const sent: number[] = []
  const send = ({ tag, payload }: Waiting) => {
    sent.push(tag.part ?? -1)
    return payload.byteLength
  }
  return { sent, queue: new DatagramQueue({ limits, bytesPerMs: 100, send, isBusy }) }
}

const waiting = (part: number, byteLength: number, step = 1): Waiting => ({
  tag: { step, phase: 'gradient', kind: 'chunk', hop: 0, part },
  payload: new Uint8Array(byteLength),
})

test('what is pushed leaves in order, at no more than the rate, whatever its size', (t) => {
  const { sent, queue: line } = queue(t)
  for (let part = 0; part < 7; part++) assert.ok(line.push(waiting(part, part === 0 ? 300 : 50)))
  assert.deepEqual(sent, [0], 'the first at once')
  t.mock.timers.tick(2)
  assert.deepEqual(sent, [0], '300 bytes take three milliseconds')
  t.mock.timers.tick(1)
  assert.deepEqual(sent, [0, 1, 2])
  t.mock.timers.tick(1)
  assert.deepEqual(sent, [0, 1, 2, 3, 4])
  t.mock.timers.tick(1)
  assert.deepEqual(sent, [0, 1, 2, 3, 4, 5, 6])
  line.push(waiting(7, 10))
  assert.equal(sent.length, 7, 'also what comes right behind the last one waits')
  t.mock.timers.tick(1)
  t.mock.timers.tick(1)
  line.push(waiting(8, 10))
  assert.deepEqual(sent.slice(7), [7, 8], 'after a pause the next one leaves at once')
})

test('more than one member may have said to another does not wait', (t) => {
  const { queue: line } = queue(t, () => true)
  for (let part = 0; part < limits.maxPendingPerPeer; part++) assert.ok(line.push(waiting(part, 10)))
  assert.ok(!line.push(waiting(10, 10)), 'too many')
  assert.equal(line.forgetBefore(2), 10)
  assert.ok(line.push(waiting(0, 5_000, 2)), 'a single one always fits')
  assert.ok(!line.push(waiting(1, 0, 2)), 'too many bytes')
  line.close()
})

test('while the socket is busy nothing leaves, and then everything does', (t) => {
  let isBusy = true
  const { sent, queue: line } = queue(t, () => isBusy)
  for (let part = 0; part < 4; part++) line.push(waiting(part, 25))
  t.mock.timers.tick(5)
  assert.deepEqual(sent, [])
  isBusy = false
  t.mock.timers.tick(1)
  assert.deepEqual(sent, [0, 1, 2, 3])
})

test('what is older than the window leaves the queue, the rest keeps its order', (t) => {
  const { sent, queue: line } = queue(t)
  for (let part = 0; part < 6; part++) line.push(waiting(part, 100, part % 2 === 0 ? 1 : 2))
  assert.equal(line.forgetBefore(2), 2)
  for (let i = 0; i < 10; i++) t.mock.timers.tick(1)
  assert.deepEqual(sent, [0, 1, 3, 5])
})

test('after closing nothing leaves', (t) => {
  const { sent, queue: line } = queue(t)
  for (let part = 0; part < 3; part++) line.push(waiting(part, 100))
  line.close()
  for (let i = 0; i < 10; i++) t.mock.timers.tick(1)
  assert.deepEqual(sent, [0])
})
