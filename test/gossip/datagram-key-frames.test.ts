import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decodeDatagramKey,
  decodeInvitation,
  encodeInvitation,
  type Invitation,
  maxKeyFrameBytes,
} from '../../src/gossip/datagram-key-frames.ts'

const roster = new Uint8Array(32).fill(5)
const keyId = Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1)

const cases: readonly [string, Invitation][] = [
  ['both families', { roster, keyId, ports: { ip4: 4001, ip6: 65_535 } }],
  ['IPv4 alone', { roster, keyId, ports: { ip4: 1, ip6: 0 } }],
  ['IPv6 alone', { roster, keyId, ports: { ip4: 0, ip6: 256 } }],
]
for (const [title, invitation] of cases)
  test(`an invitation over ${title} decodes to what was encoded, and no part of it to anything`, () => {
    const bytes = encodeInvitation(invitation)
    assert.equal(bytes.byteLength, maxKeyFrameBytes)
    assert.deepEqual(decodeInvitation(bytes), invitation)
    for (let length = 0; length < bytes.byteLength; length++)
      assert.equal(decodeInvitation(bytes.subarray(0, length)), undefined)
    assert.equal(decodeInvitation(Buffer.concat([bytes, Buffer.of(0)])), undefined)
  })

test('an invitation to no port is none, and a key has 32 bytes', () => {
  assert.equal(decodeInvitation(encodeInvitation({ roster, keyId, ports: { ip4: 0, ip6: 0 } })), undefined)
  for (const length of [0, 31, 33]) assert.equal(decodeDatagramKey(new Uint8Array(length)), undefined)
  assert.deepEqual(decodeDatagramKey(roster), roster)
})

test('whatever bytes come, decoding gives an invitation or nothing, and an invitation encodes to the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 40, maxLength: 48 }), (bytes) => {
      const invitation = decodeInvitation(bytes)
      if (invitation !== undefined) assert.deepEqual(encodeInvitation(invitation), bytes)
    }),
    { seed: 4, numRuns: 3_000 },
  )
})
