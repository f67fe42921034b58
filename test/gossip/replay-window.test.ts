import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replayWindow } from '../../src/gossip/limits.ts'
import { ReplayWindow } from '../../src/gossip/replay-window.ts'
import { seededRandom } from '../../src/util/prng.ts'

/** Takes what is fresh, as a receiver does. */
function take(window: ReplayWindow, counter: number): boolean {
  const isFresh = window.isFresh(counter)
  if (isFresh) window.add(counter)
  return isFresh
}

test('each counter is taken once, in whatever order within the window', () => {
  const window = new ReplayWindow()
  for (const counter of [0, 5, 2, 1, 31, 32, 3]) assert.ok(take(window, counter), `${counter}`)
  for (const counter of [0, 1, 2, 3, 5, 31, 32]) assert.ok(!take(window, counter), `${counter}`)
  assert.ok(take(window, 4))
})

test('what is as far behind as the window is long is too old; one less is not', () => {
  const window = new ReplayWindow()
  take(window, replayWindow + 10)
  assert.ok(!window.isFresh(10))
  assert.ok(window.isFresh(11))
})

test('a leap beyond the window forgets all that came before, and the largest counters work as the first', () => {
  const window = new ReplayWindow()
  const last = Number.MAX_SAFE_INTEGER
  for (let counter = 0; counter < 100; counter++) take(window, counter)
  assert.ok(take(window, last - 1))
  assert.ok(!window.isFresh(99) && !window.isFresh(last - 1))
  assert.ok(take(window, last - 2) && take(window, last) && !take(window, last))
})

test('it agrees with a set of all counters that came, whatever the leaps and repetitions', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed, 'counters')
    const window = new ReplayWindow()
    const taken = new Set<number>()
    let newest = 0
    for (let i = 0; i < 3_000; i++) {
      const leap = random.below(20) === 0 ? random.below(3 * replayWindow) : random.below(4)
      const counter = Math.max(0, newest + leap - random.below(50) * random.below(100))
      const expected = !taken.has(counter) && counter > newest - replayWindow
      assert.equal(take(window, counter), expected, `SEED=${seed}, counter ${counter} at ${newest}`)
      taken.add(counter)
      newest = Math.max(newest, counter)
    }
  }
})
