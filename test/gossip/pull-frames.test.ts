import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { maxRequestBytes } from '../../src/gossip/limits.ts'
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRequest,
  type Request,
  type Status,
} from '../../src/gossip/pull-frames.ts'

const tag = { step: 3, phase: 'model', kind: 'value', hop: 1 }
const longTag = {
  step: 999_999_999,
  phase: 'a'.repeat(16),
  kind: 'b'.repeat(16),
  hop: 9999,
  origin: 'c'.repeat(64),
  part: 999_999_999,
}
const digest = new Uint8Array(32).fill(5)

const requests: readonly Request[] = [
  { kind: 'pull', origin: '12D3KooWAlice', tag, digest, firstChunk: 0 },
  { kind: 'pull', origin: 'Z'.repeat(64), tag: longTag, digest, firstChunk: 2 ** 32 - 1 },
  { kind: 'ask', origin: '12D3KooWAlice', tag },
  { kind: 'ask', origin: 'a', tag: longTag },
]
for (const request of requests)
  test(`a request to ${request.kind} decodes to what was encoded, and no part of it to anything`, () => {
    const bytes = encodeRequest(request)
    assert.ok(bytes.byteLength <= maxRequestBytes)
    assert.deepEqual(decodeRequest(bytes), request)
    for (let length = 0; length < bytes.byteLength; length++)
      assert.equal(decodeRequest(bytes.subarray(0, length)), undefined)
    assert.equal(decodeRequest(Buffer.concat([bytes, Buffer.of(0)])), undefined)
  })

const answers: readonly [Status, Uint8Array][] = [
  ['here', digest],
  ['here', new Uint8Array(0)],
  ['absent', new Uint8Array(0)],
  ['busy', new Uint8Array(0)],
]
for (const [status, body] of answers)
  test(`an answer "${status}" with ${body.byteLength} bytes decodes to what was encoded`, () => {
    assert.deepEqual(decodeAnswer(encodeAnswer(status, body)), { status, body })
  })

test('an answer of no known status, an empty one, and a refusal with something behind it are refused', () => {
  for (const bytes of [[3], [255, 1], [], [1, 0], [2, 9]])
    assert.equal(decodeAnswer(Uint8Array.from(bytes)), undefined)
})

test('whatever bytes come, decoding gives a frame or nothing, and a frame encodes to the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: maxRequestBytes }), (bytes) => {
      const request = decodeRequest(bytes)
      if (request !== undefined) assert.deepEqual(encodeRequest(request), bytes)
      const answer = decodeAnswer(bytes)
      if (answer !== undefined) assert.deepEqual(encodeAnswer(answer.status, answer.body), bytes)
    }),
    { seed: 2, numRuns: 5_000 },
  )
})
