import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Channel, untilAborted } from '../../src/util/channel.ts'
import { merge } from '../../src/util/merge.ts'

async function* counting(to: number): AsyncGenerator<number, void> {
  for (let i = 1; i <= to; i++) yield i
}

test('merged sources give all their values, and the loop ends with the signal', async () => {
  const leaving = new AbortController()
  const seen: number[] = []
  for await (const value of merge([counting(3), counting(2)], leaving.signal)) {
    seen.push(value)
    if (seen.length === 5) leaving.abort()
  }
  assert.deepEqual(seen.sort(), [1, 1, 2, 2, 3])
})

test('a source that fails ends the loop with its error', async () => {
  async function* failing(): AsyncGenerator<number, void> {
    yield 1
    throw new Error('broken')
  }
  const read = async () => {
    for await (const _ of merge([failing()], new AbortController().signal));
  }
  await assert.rejects(read, /broken/)
})

test('a channel keeps its order, also for what was pushed before anyone read', async () => {
  const channel = new Channel<number>()
  channel.push(1)
  channel.push(2)
  const seen: number[] = []
  for await (const value of channel) {
    seen.push(value)
    if (value === 2) channel.push(3)
    if (value === 3) channel.close()
  }
  assert.deepEqual(seen, [1, 2, 3])
})

test('whoever leaves the loop is cleaned up after, once', async () => {
  let ended = 0
  const channel = new Channel<number>()
  channel.push(1)
  for await (const _ of untilAborted(channel, new AbortController().signal, () => ended++)) break
  assert.equal(ended, 1)
  for await (const _ of untilAborted(channel, AbortSignal.abort(), () => ended++)) assert.fail('it had ended')
  assert.equal(ended, 2)
})
