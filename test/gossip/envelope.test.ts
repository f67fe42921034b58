import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Announcement,
  decodeAnnouncement,
  encodeAnnouncement,
  signatureOf,
  signEnvelope,
} from '../../src/gossip/envelope.ts'
import { maxPayloadBytes, maxSignedBytes } from '../../src/gossip/limits.ts'
import type { Tag } from '../../src/mesh/tag.ts'

const roster = new Uint8Array(32).fill(1)
const digest = new Uint8Array(32).fill(2)
const signature = new Uint8Array(64).fill(3)
const tag: Tag = { step: 12, phase: 'gradient', kind: 'value', hop: 0 }
const sign = () => signature

interface Case {
  readonly title: string
  readonly from: string
  readonly tag: Tag
  readonly byteLength: number
  readonly inline?: Uint8Array
}

/** What encodes and decodes to the same. */
const cases: readonly Case[] = [
  { title: 'without its payload', from: '12D3KooWAlice', tag, byteLength: 318_040 },
  { title: 'with its payload', from: '12D3KooWAlice', tag, byteLength: 3, inline: Uint8Array.of(7, 8, 9) },
  { title: 'with an empty payload', from: 'a', tag, byteLength: 0, inline: new Uint8Array(0) },
  { title: 'of an empty payload that is left out', from: 'a', tag, byteLength: 0 },
  {
    title: 'with every field of the tag',
    from: 'Z'.repeat(64),
    tag: {
      step: 999_999_999,
      phase: 'a'.repeat(16),
      kind: 'b'.repeat(16),
      hop: 9999,
      origin: 'c'.repeat(64),
      part: 0,
    },
    byteLength: maxPayloadBytes,
  },
]

function encode({ from, tag, byteLength, inline }: Case): Uint8Array {
  return encodeAnnouncement(signEnvelope({ roster, from, tag, digest, byteLength }, sign), inline)
}

for (const example of cases) {
  test(`an announcement ${example.title} decodes to what was encoded`, () => {
    const { from, tag, byteLength, inline } = example
    const decoded = decodeAnnouncement(encode(example))
    assert.ok(decoded !== undefined)
    assert.deepEqual(decoded.envelope, { roster, from, tag, digest, byteLength })
    assert.deepEqual(decoded.inline, inline)
    assert.deepEqual(signatureOf(decoded.signed).signature, signature)
    assert.ok(decoded.signed.byteLength <= maxSignedBytes)
  })

  test(`an announcement ${example.title}, cut anywhere or with a byte more, is none`, () => {
    const bytes = encode(example)
    for (let length = 0; length < bytes.byteLength; length++)
      assert.equal(decodeAnnouncement(bytes.subarray(0, length)), undefined, `cut to ${length} bytes`)
    assert.equal(decodeAnnouncement(Buffer.concat([bytes, Buffer.of(0)])), undefined)
  })
}

/** One byte of the first case changed to what no encoder writes. */
const malformed: readonly [string, offset: number, value: number][] = [
  ['another wire version', 0, 2],
  ['a length beyond 2^53', 71, 0x40],
  ['a length beyond the largest payload', 70, 1],
  ['no peer id', 73, 0],
  ['a peer id longer than any', 73, 65],
  ['a peer id with a slash in it', 75, 0x2f],
  ['a peer id with a byte that is no ASCII', 75, 0xff],
  ['a tag that does not parse', 74 + 13 + 1, 0x78],
]
for (const [title, offset, value] of malformed)
  test(`${title} is refused`, () => {
    const bytes = encode(cases[0] as Case)
    bytes[offset] = value
    assert.equal(decodeAnnouncement(bytes), undefined)
  })

test('unknown flags are refused', () => {
  const bytes = encode(cases[0] as Case)
  bytes[bytes.byteLength - 1] = 2
  assert.equal(decodeAnnouncement(bytes), undefined)
})

test('whatever bytes come, decoding gives an announcement or nothing, and an announcement encodes to the same bytes', () => {
  const valid = cases.map(encode)
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .tuple(fc.constantFrom(...valid), fc.nat(), fc.integer({ min: 0, max: 255 }))
      .map(([original, at, value]) => {
        const changed = original.slice()
        changed[at % changed.byteLength] = value
        return changed
      }),
  )
  fc.assert(
    fc.property(bytes, (candidate) => {
      const decoded: Announcement | undefined = decodeAnnouncement(candidate)
      if (decoded === undefined) return
      assert.deepEqual(encodeAnnouncement(decoded.signed, decoded.inline), candidate)
    }),
    { seed: 1, numRuns: 5_000 },
  )
})

test('what is decoded keeps nothing alive of the bytes that came, except the payload', () => {
  const bytes = encode(cases[1] as Case)
  const decoded = decodeAnnouncement(bytes)
  bytes.fill(0)
  assert.deepEqual(decoded?.envelope.digest, digest)
  assert.deepEqual(decoded?.signed.subarray(1, 33), roster)
})
