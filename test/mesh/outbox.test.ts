import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Outbox } from '../../src/mesh/outbox.ts'
import type { Tag } from '../../src/mesh/tag.ts'

const part = (step: number, number = 0): Tag => ({ step, phase: 'share', kind: 'row', hop: 0, part: number })
const twice = { code: 'MESH_ALREADY_SAID' }

test('what may get lost is frozen, said once to each, and to be had by nobody', () => {
  const outbox = new Outbox(2)
  const payload = Uint8Array.of(1, 2)
  const frozen = outbox.sayLossily(part(1), payload, ['bob', 'carol'])
  payload.fill(9)
  assert.deepEqual(frozen, Uint8Array.of(1, 2))
  for (const peer of ['bob', 'carol']) {
    assert.equal(outbox.answer(peer, part(1)), undefined)
    assert.deepEqual([...outbox.saidTo(peer)], [])
    assert.throws(() => outbox.sayLossily(part(1), payload, [peer]), twice)
    assert.throws(() => outbox.say(part(1), payload, [peer]), twice)
  }
  assert.throws(() => outbox.sayToAll(part(1), payload), twice)
  outbox.sayLossily(part(1), payload, ['dave'])
  assert.throws(() => outbox.sayLossily(part(1), payload, ['bob']), twice)
  outbox.sayLossily(part(1, 1), payload, ['bob'])
})

test('those to whom it is kept can ask for it, and where one was told before, nobody is', () => {
  const outbox = new Outbox(2)
  outbox.sayLossily(part(1), Uint8Array.of(3), ['bob'], ['carol'])
  assert.deepEqual(outbox.answer('carol', part(1)), Uint8Array.of(3))
  assert.equal(outbox.answer('bob', part(1)), undefined)
  for (const told of ['bob', 'carol']) {
    assert.throws(() => outbox.sayLossily(part(1), Uint8Array.of(4), ['dave'], [told]), twice)
    assert.throws(() => outbox.sayLossily(part(1), Uint8Array.of(4), [told], ['dave']), twice)
  }
  assert.equal(outbox.answer('dave', part(1)), undefined)
  outbox.say(part(1), Uint8Array.of(4), ['dave'])
})

test('that it was said is forgotten with its step', () => {
  const outbox = new Outbox(2)
  outbox.sayLossily(part(1), Uint8Array.of(1), ['bob'])
  outbox.advance(3)
  assert.throws(() => outbox.say(part(1), Uint8Array.of(1), ['bob']), twice)
  outbox.advance(4)
  outbox.say(part(1), Uint8Array.of(1), ['bob'])
})

test('a payload that nobody writes to again is kept as it is, unless it starts where no vector may', () => {
  const outbox = new Outbox(2, { copies: false })
  const bytes = new Uint8Array(32)
  assert.equal(outbox.sayToAll(part(1), bytes), bytes)
  assert.equal(outbox.say(part(2), bytes, ['bob']), bytes)
  const within = bytes.subarray(4)
  const kept = outbox.sayToAll(part(3), within)
  assert.notEqual(kept.buffer, bytes.buffer)
  assert.equal(kept.byteOffset % 8, 0)
  assert.deepEqual(kept, within)
})
