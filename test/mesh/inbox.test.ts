import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, f32 } from '../../src/mesh/codec.ts'
import { Inbox, type InboxLimits } from '../../src/mesh/inbox.ts'
import type { Describe, PeerId } from '../../src/mesh/mesh.ts'
import type { Tag } from '../../src/mesh/tag.ts'

const describe: Describe = ({ phase }) => {
  if (phase === 'gradient') return { maxBytes: 8, codec: f32(2), audience: 'all' }
  if (phase === 'note') return { maxBytes: 100, codec: bytes, audience: 'all' }
  return undefined
}
const limits: InboxLimits = { window: 2, maxPendingPerPeer: 3, maxPendingBytesPerPeer: 150 }

function inboxAt(step: number): Inbox {
  const inbox = new Inbox(describe, limits)
  inbox.advance(step)
  return inbox
}

const note = (step: number, hop = 0): Tag => ({ step, phase: 'note', kind: 'value', hop })
const claim = (from: PeerId, tag: Tag, identity = 'a', byteLength = 8) => ({
  from,
  tag,
  identity,
  byteLength,
})

async function heard(inbox: Inbox, pattern = {}): Promise<string[]> {
  const enough = new AbortController()
  const deliveries: string[] = []
  // Aborting at the end of the backlog: listening yields everything that is there first.
  const listening = (async () => {
    for await (const { from, tag } of inbox.listen(pattern, { signal: enough.signal }))
      deliveries.push(`${from} ${tag.step}`)
  })()
  await new Promise((resolve) => setImmediate(resolve))
  enough.abort()
  await listening
  return deliveries
}

test('each refusal has its own code, and takes no bytes', () => {
  const inbox = inboxAt(10)
  assert.equal(inbox.claim(claim('liar', { ...note(10), phase: 'other' })), 'MESH_UNKNOWN_TAG')
  assert.equal(inbox.claim(claim('liar', note(10), 'a', 101)), 'MESH_TOO_LARGE')
  assert.equal(inbox.claim(claim('liar', { ...note(10), phase: 'gradient' }, 'a', 4)), 'CODEC_WRONG_LENGTH')
  assert.equal(inbox.claim(claim('liar', note(7))), 'MESH_STALE')
  assert.equal(inbox.claim(claim('liar', note(13))), 'MESH_TOO_FAR_AHEAD')
})

test('the window is open at both ends', () => {
  const inbox = inboxAt(10)
  assert.equal(inbox.claim(claim('alice', note(8))), 'accept')
  assert.equal(inbox.claim(claim('alice', note(12))), 'accept')
})

test('the first claim counts; the same again is a replay, another one evidence where both are signed', () => {
  const inbox = inboxAt(1)
  const signed = (tag: Tag, identity: string) => ({
    ...claim('liar', tag, identity),
    proof: Buffer.from(identity),
  })
  assert.equal(inbox.claim(claim('liar', note(1, 1), 'unsigned')), 'accept')
  assert.equal(inbox.claim(signed(note(1, 1), 'other')), 'MESH_EQUIVOCATION')
  assert.equal(inbox.claim(signed(note(1), 'first')), 'accept')
  assert.equal(inbox.claim(signed(note(1), 'first')), 'MESH_REPLAY')
  assert.equal(inbox.claim(claim('liar', note(1), 'unsigned')), 'MESH_EQUIVOCATION')
  assert.equal(inbox.claim(signed(note(1), 'second')), 'MESH_EQUIVOCATION')
  assert.equal(inbox.claim(signed(note(1), 'third')), 'MESH_EQUIVOCATION')
  assert.deepEqual(
    inbox.evidence.map(({ peer, first, later }) => [peer, first.identity, later.identity]),
    [['liar', 'first', 'second']],
  )
})

test('what was claimed but not delivered is not heard; what is delivered is heard once', async () => {
  const inbox = inboxAt(1)
  inbox.claim(claim('alice', note(1)))
  assert.deepEqual(await heard(inbox), [])
  inbox.deliver({ from: 'alice', tag: note(1), payload: Uint8Array.of(1) })
  inbox.deliver({ from: 'alice', tag: note(1), payload: Uint8Array.of(2) })
  inbox.deliver({ from: 'bob', tag: note(1), payload: Uint8Array.of(3) })
  assert.deepEqual(await heard(inbox), ['alice 1'])
})

test('a sender is held to its number of messages and bytes, and others are not affected', () => {
  const inbox = inboxAt(1)
  assert.equal(inbox.claim(claim('liar', note(1, 0), 'a', 100)), 'accept')
  assert.equal(inbox.claim(claim('liar', note(1, 1), 'a', 100)), 'MESH_TOO_MANY_PENDING')
  assert.equal(inbox.claim(claim('liar', note(1, 2), 'a', 25)), 'accept')
  assert.equal(inbox.claim(claim('liar', note(1, 3), 'a', 25)), 'accept')
  assert.equal(inbox.claim(claim('liar', note(1, 4), 'a', 0)), 'MESH_TOO_MANY_PENDING')
  assert.equal(inbox.claim(claim('alice', note(1), 'a', 100)), 'accept')
})

test('advancing forgets what is behind the window and gives its room back', async () => {
  const inbox = inboxAt(1)
  for (const hop of [0, 1, 2]) inbox.claim(claim('alice', note(1, hop)))
  inbox.deliver({ from: 'alice', tag: note(1), payload: Uint8Array.of(1) })
  inbox.advance(3)
  assert.equal(inbox.claim(claim('alice', note(3))), 'MESH_TOO_MANY_PENDING')
  inbox.advance(4)
  assert.deepEqual(await heard(inbox), [])
  assert.equal(inbox.claim(claim('alice', note(4))), 'accept')
})

test('steps never go back', () => {
  const inbox = inboxAt(10)
  inbox.advance(1)
  assert.equal(inbox.claim(claim('alice', note(1))), 'MESH_STALE')
})
