import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, f32, f64, u64 } from '../../src/mesh/codec.ts'

const cases = [
  { codec: f32(3), value: Float32Array.of(1, -2.5, 3e38), byteLength: 12 },
  { codec: f64(2), value: Float64Array.of(1e300, -0), byteLength: 16 },
  { codec: u64(2), value: BigUint64Array.of(0n, 2n ** 64n - 1n), byteLength: 16 },
] as const

for (const { codec, value, byteLength } of cases) {
  const payload = new Uint8Array(value.buffer)
  test(`${codec.name}: what is encoded decodes to the same values`, () => {
    assert.equal(codec.byteLength, byteLength)
    assert.deepEqual(codec.decode(payload), { value })
  })
  test(`${codec.name}: a payload that starts anywhere in its buffer decodes`, () => {
    const shifted = new Uint8Array(byteLength + 3)
    shifted.set(payload, 3)
    assert.deepEqual(codec.decode(shifted.subarray(3)), { value })
  })
  test(`${codec.name}: a payload of another length is refused`, () => {
    for (const length of [0, byteLength - 1, byteLength + 1])
      assert.deepEqual(codec.decode(new Uint8Array(length)), { fault: 'CODEC_WRONG_LENGTH' })
  })
}

test('f32: encoding a view takes the view alone, and decoding an aligned payload copies nothing', () => {
  const all = Float32Array.of(0, 1, 2, 3, 4)
  const payload = f32(2).encode(all.subarray(2, 4))
  assert.equal(payload.byteLength, 8)
  const decoded = f32(2).decode(payload)
  assert.ok('value' in decoded)
  assert.equal(decoded.value.buffer, all.buffer)
})

for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
  test(`a vector with ${bad} anywhere in it is refused`, () => {
    for (const at of [0, 1, 2]) {
      const [single, double] = [new Float32Array(3), new Float64Array(3)]
      single[at] = bad
      double[at] = bad
      assert.deepEqual(f32(3).decode(f32(3).encode(single)), { fault: 'CODEC_NOT_FINITE' })
      assert.deepEqual(f64(3).decode(f64(3).encode(double)), { fault: 'CODEC_NOT_FINITE' })
    }
  })

test('bytes are what they are', () => {
  const payload = Uint8Array.of(1, 2)
  assert.equal(bytes.encode(payload), payload)
  assert.deepEqual(bytes.decode(payload), { value: payload })
})
