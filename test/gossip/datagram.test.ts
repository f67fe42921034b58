import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decodeDatagramHeader,
  decodeUnsealed,
  fitsDatagram,
  openDatagram,
  sealDatagram,
  type Unsealed,
} from '../../src/gossip/datagram.ts'
import { maxDatagramBytes } from '../../src/gossip/limits.ts'

const key = createSecretKey(Buffer.alloc(32, 7))
const keyId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const tag = { step: 3, phase: 'gradient', kind: 'chunk', hop: 0, part: 12 }
const longTag = {
  step: 999_999_999,
  phase: 'a'.repeat(16),
  kind: 'b'.repeat(16),
  hop: 9999,
  origin: 'c'.repeat(64),
  part: 999_999_999,
}

/** Bytes on the wire: 8 key id, 8 counter, 1 + tag, payload, 16 authentication tag. */
const cases: readonly [string, Unsealed, number, number][] = [
  ['a chunk', { tag, payload: new Uint8Array(1_200).fill(5) }, 0, 8 + 8 + 1 + 23 + 1_200 + 16],
  ['nothing', { tag, payload: new Uint8Array(0) }, 1, 8 + 8 + 1 + 23 + 16],
  ['a long tag', { tag: longTag, payload: Uint8Array.of(1) }, 2 ** 32, 8 + 8 + 1 + 127 + 1 + 16],
  ['the last counter', { tag, payload: Uint8Array.of(9) }, 2 ** 53 - 1, 8 + 8 + 1 + 23 + 1 + 16],
]
for (const [title, said, counter, byteLength] of cases)
  test(`${title}: a datagram opens to what was sealed, and no changed bit or missing byte of it to anything`, () => {
    const datagram = sealDatagram(key, { keyId, counter }, said)
    assert.equal(datagram.byteLength, byteLength)
    assert.deepEqual(decodeDatagramHeader(datagram), { keyId, counter })
    const opened = openDatagram(key, datagram)
    assert.ok(opened !== undefined)
    const { tag: openedTag, payload } = decodeUnsealed(opened) ?? {}
    assert.deepEqual(openedTag, said.tag)
    assert.deepEqual(new Uint8Array(payload ?? []), said.payload)
    for (let bit = 0; bit < 8 * datagram.byteLength; bit += bit < 400 ? 1 : 97) {
      const changed = Uint8Array.from(datagram)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.equal(openDatagram(key, changed), undefined, `bit ${bit}`)
    }
    for (const length of [32, 33, byteLength - 17, byteLength - 1].filter((short) => short < byteLength))
      assert.equal(openDatagram(key, datagram.subarray(0, length)), undefined, `${length} bytes`)
    assert.equal(openDatagram(key, Buffer.concat([datagram, Buffer.of(0)])), undefined)
    assert.equal(openDatagram(createSecretKey(Buffer.alloc(32, 8)), datagram), undefined)
  })

test('the same payload under another counter has no block of ciphertext in common', () => {
  const payload = new Uint8Array(160)
  const [a, b] = [0, 1].map((counter) => sealDatagram(key, { keyId, counter }, { tag, payload }))
  for (let offset = 16; offset + 16 <= (a?.byteLength ?? 0); offset += 16)
    assert.notDeepEqual(a?.subarray(offset, offset + 16), b?.subarray(offset, offset + 16))
})

test('bytes too few for a header and a seal, and counters beyond 2^53, are no datagram', () => {
  for (const length of [0, 8, 16, 31]) assert.equal(decodeDatagramHeader(new Uint8Array(length)), undefined)
  assert.equal(decodeDatagramHeader(new Uint8Array(32).fill(0xff)), undefined)
  assert.notEqual(decodeDatagramHeader(new Uint8Array(32)), undefined)
})

test('what is sealed but says no tag is nothing', () => {
  for (const opened of [[], [0], [5, 65], [1, 65, 1, 2], [255, ...new Array(255).fill(48)]])
    assert.equal(decodeUnsealed(Uint8Array.from(opened)), undefined)
})

test('the largest payload that fits makes the largest datagram', () => {
  const most = maxDatagramBytes - 8 - 8 - 1 - 23 - 16
  assert.ok(fitsDatagram(tag, most) && !fitsDatagram(tag, most + 1))
  const datagram = sealDatagram(key, { keyId, counter: 0 }, { tag, payload: new Uint8Array(most) })
  assert.equal(datagram.byteLength, maxDatagramBytes)
})

test('whatever bytes come, they have a header or none, never open, and never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const header = decodeDatagramHeader(bytes)
      if (header !== undefined) assert.equal(openDatagram(key, bytes), undefined)
      const said = decodeUnsealed(bytes)
      if (said !== undefined) assert.ok(said.payload.byteLength < bytes.byteLength)
    }),
    { seed: 3, numRuns: 3_000 },
  )
})
