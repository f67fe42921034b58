import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Heap } from '../../src/sim/heap.ts'
import { VirtualClock } from '../../src/sim/virtual-clock.ts'
import { seededRandom } from '../../src/util/prng.ts'

test('a heap gives back what went in, smallest first', () => {
  const random = seededRandom(1, 'heap')
  const values = Array.from({ length: 500 }, () => random.below(100))
  const heap = new Heap<number>((a, b) => a < b)
  for (const value of values) heap.push(value)
  const sorted = values.map(() => heap.pop())
  assert.deepEqual(
    sorted,
    values.toSorted((a, b) => a - b),
  )
  assert.equal(heap.pop(), undefined)
})

test('sleepers wake in the order of time, then of going to sleep', async () => {
  const clock = new VirtualClock()
  const member = clock.forMember(0)
  const woke: string[] = []
  const sleepers = [
    ['late', 20],
    ['first', 10],
    ['second', 10],
  ] as const
  const run = Promise.all(
    sleepers.map(([name, ms]) => member.sleep(ms).then(() => woke.push(`${name} ${clock.now()}`))),
  )
  await clock.until(run)
  assert.deepEqual(woke, ['first 10', 'second 10', 'late 20'])
})

test('a sleeper wakes at once when its signal aborts', async () => {
  const clock = new VirtualClock()
  const leaving = new AbortController()
  clock.after(5, () => leaving.abort())
  await clock.until(clock.forMember(0).sleep(1000, { signal: leaving.signal }))
  assert.equal(clock.now(), 5)
})

test('who sleeps for ever is woken by its signal alone, and a run in which nobody else is awake is stalled', async () => {
  const clock = new VirtualClock()
  const leaving = new AbortController()
  const sleep = (options?: { signal: AbortSignal }) =>
    clock.forMember(0).sleep(Number.POSITIVE_INFINITY, options)
  clock.after(5, () => leaving.abort())
  await clock.until(sleep({ signal: leaving.signal }))
  assert.equal(clock.now(), 5)
  await assert.rejects(clock.until(sleep()), { code: 'SIM_STALLED' })
  assert.equal(clock.now(), 5)
})

test('virtual time stands still while work is held, and holds are released in the order of the members', async () => {
  const clock = new VirtualClock()
  const released: string[] = []
  const work = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
  const run = Promise.all([
    clock
      .forMember(1)
      .hold(work[0].promise)
      .then(() => released.push(`member 1 at ${clock.now()}`)),
    clock
      .forMember(0)
      .hold(work[1].promise)
      .then(() => released.push(`member 0 at ${clock.now()}`)),
    clock
      .forMember(2)
      .sleep(1)
      .then(() => released.push(`member 2 at ${clock.now()}`)),
  ])
  setImmediate(work[0].resolve)
  setImmediate(() => setImmediate(work[1].resolve))
  await clock.until(run)
  assert.deepEqual(released, ['member 0 at 0', 'member 1 at 0', 'member 2 at 1'])
})

test('held work that fails fails for who held it', async () => {
  const clock = new VirtualClock()
  await assert.rejects(
    clock.until(clock.forMember(0).hold(Promise.reject(new Error('no gradient')))),
    /no gradient/,
  )
})

test('a run that never ends is stopped with SIM_TOO_LONG', async () => {
  const clock = new VirtualClock()
  const forever = async () => {
    for (;;) await clock.forMember(0).sleep(1)
  }
  await assert.rejects(clock.until(forever(), { maxEvents: 100 }), { code: 'SIM_TOO_LONG' })
})
