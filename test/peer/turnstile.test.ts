import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turnstile } from '../../src/peer/turnstile.ts'

test('no more than its capacity are inside at once for each key, and everybody gets through in order', async () => {
  const turnstile = new Turnstile(2)
  const done: string[] = []
  let inside = 0
  let most = 0
  const visit = (name: string) =>
    turnstile.through('a', async () => {
      most = Math.max(most, ++inside)
      await new Promise((resolve) => setImmediate(resolve))
      inside -= 1
      done.push(name)
    })
  await Promise.all(['1', '2', '3', '4', '5'].map(visit))
  assert.equal(most, 2)
  assert.deepEqual(done, ['1', '2', '3', '4', '5'])
})

test('one key does not wait for another, and a failure makes room', async () => {
  const turnstile = new Turnstile(1)
  const { promise, resolve } = Promise.withResolvers<void>()
  const blocked = turnstile.through('a', () => promise)
  assert.equal(await turnstile.through('b', async () => 'through'), 'through')
  resolve()
  await blocked
  await assert.rejects(turnstile.through('a', async () => Promise.reject(new Error('failed'))))
  assert.equal(await turnstile.through('a', async () => 'again'), 'again')
})
