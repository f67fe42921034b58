/** safetensors: a file of ours, one of theirs, and every lie that a header can tell. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeSafetensors, encodeSafetensors, maxHeaderBytes } from '../../src/model/safetensors.ts'
import { isCoded } from '../../src/util/coded-error.ts'

/** A file with this header, taken as it is, and so many bytes of numbers. */
function fileWith(header: unknown, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

function refuses(code: string, bytes: Uint8Array): void {
  assert.throws(
    () => decodeSafetensors(bytes),
    (error) => isCoded(error, code),
  )
}

const f32 = (shape: unknown, begin: unknown, end: unknown) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
})

test('what is encoded is decoded: names, shapes, bits and metadata', () => {
  const tensors = fc.uniqueArray(
    fc.record({ name: fc.string(), shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }) }),
    { selector: ({ name }) => name, maxLength: 5 },
  )
  const metadata = fc.dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    fc.string(),
  )
  fc.assert(
    fc.property(tensors, metadata, (shapes, texts) => {
      const written = {
        tensors: shapes
          .filter(({ name }) => name !== '__metadata__' && name !== '__proto__' && !/^\d+$/.test(name))
          .map(({ name, shape }, i) => ({
            name,
            shape,
            values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, j) => i - j / 3),
          })),
        metadata: { ...texts },
      }
      const read = decodeSafetensors(encodeSafetensors(written))
      const byName = (tensors: typeof written.tensors) =>
        new Map(tensors.map((tensor) => [tensor.name, tensor]))
      assert.deepEqual(byName([...read.tensors] as typeof written.tensors), byName(written.tensors))
      assert.deepEqual({ ...read.metadata }, written.metadata)
    }),
    { seed: 1 },
  )
})

test('NaN, infinities and negative zero keep their bits', () => {
  const values = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-45)
  const { tensors } = decodeSafetensors(
    encodeSafetensors({ tensors: [{ name: 'a', shape: [4], values }], metadata: {} }),
  )
  assert.deepEqual(tensors[0]?.values, values)
})

test('the layout is that of the format, byte by byte', () => {
  const tensors = [{ name: 'a', shape: [1], values: Float32Array.of(1) }]
  const bytes = encodeSafetensors({ tensors, metadata: { k: 'v' } })
  const header = '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
  const expected = Buffer.concat([
    Buffer.from([80, 0, 0, 0, 0, 0, 0, 0]),
    Buffer.from(header.padEnd(80)),
    Buffer.from([0, 0, 0x80, 0x3f]),
  ])
  assert.deepEqual(Buffer.from(bytes), expected)
})

test('tensors may be described in another order than they lie in', () => {
  const file = fileWith({ b: f32([1], 4, 8), a: f32([1], 0, 4) }, 8)
  assert.deepEqual(
    decodeSafetensors(file).tensors.map(({ name }) => name),
    ['a', 'b'],
  )
})

test('a file cut short is refused: in the length, in the header, in the numbers', () => {
  const whole = fileWith({ a: f32([2], 0, 8) }, 8)
  refuses('MODEL_SAFETENSORS_TOO_SHORT', whole.subarray(0, 5))
  refuses('MODEL_SAFETENSORS_TOO_SHORT', whole.subarray(0, 20))
  refuses('MODEL_SAFETENSORS_BAD_TENSOR', whole.subarray(0, whole.length - 1))
})

test('a header that announces more than is read is refused before it is read', () => {
  for (const length of [BigInt(maxHeaderBytes + 1), 2n ** 64n - 1n]) {
    const bytes = new Uint8Array(16)
    new DataView(bytes.buffer).setBigUint64(0, length, true)
    refuses('MODEL_SAFETENSORS_HEADER_TOO_LARGE', bytes)
  }
})

test('a header that is no JSON object of descriptions is refused', () => {
  for (const header of ['', '{', '[]', 'null', '7', '{"a":1,}']) {
    refuses('MODEL_SAFETENSORS_BAD_HEADER', fileWith(header, 0))
  }
  const notText = fileWith('{"a":""}', 0)
  notText[13] = 0xff
  refuses('MODEL_SAFETENSORS_BAD_HEADER', notText)
  refuses('MODEL_SAFETENSORS_BAD_HEADER', fileWith({ __metadata__: [] }, 0))
  refuses('MODEL_SAFETENSORS_BAD_HEADER', fileWith({ __metadata__: { a: 1 } }, 0))
})

test('a tensor that is described wrongly is refused', () => {
  const wrong: unknown[] = [
    7,
    null,
    [],
    {},
    { dtype: 'F16', shape: [1], data_offsets: [0, 4] },
    { dtype: 'F32', shape: [1] },
    { dtype: 'F32', shape: [1], data_offsets: [0, 4, 8] },
    f32('1', 0, 4),
    f32([-1], 0, 4),
    f32([0.5], 0, 2),
    f32([1e300, 1e300], 0, 4),
    f32([1], 0, 8),
    f32([1], 4, 0),
    f32([1], -4, 0),
    f32([1], 0.5, 4.5),
    f32([2 ** 40, 2 ** 40], 0, 2 ** 53),
  ]
  for (const description of wrong) {
    refuses('MODEL_SAFETENSORS_BAD_TENSOR', fileWith({ a: description }, 4))
  }
})

test('overlaps, gaps and bytes that belong to no tensor are refused', () => {
  refuses('MODEL_SAFETENSORS_BAD_TENSOR', fileWith({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8))
  refuses('MODEL_SAFETENSORS_BAD_TENSOR', fileWith({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, 4))
  refuses('MODEL_SAFETENSORS_BAD_TENSOR', fileWith({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12))
  refuses('MODEL_SAFETENSORS_BAD_TENSOR', fileWith({ a: f32([1], 4, 8) }, 8))
  refuses('MODEL_SAFETENSORS_BAD_TENSOR', fileWith({ a: f32([2], 0, 8) }, 4))
  refuses('MODEL_SAFETENSORS_BAD_HEADER', fileWith({ a: f32([1], 0, 4) }, 8))
})

test('whatever bytes come, they are decoded or refused with a code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(40), (noise, length) => {
      const bytes = Uint8Array.from([length, 0, 0, 0, 0, 0, 0, 0, ...noise])
      try {
        decodeSafetensors(bytes)
      } catch (error) {
        assert.ok(isCoded(error), String(error))
      }
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('a name that is no plain word cannot break the message that shows it', () => {
  const name = `\u001b[31m${'x'.repeat(1000)}`
  assert.throws(
    () => decodeSafetensors(fileWith({ [name]: 7 }, 0)),
    (error) => error instanceof Error && !error.message.includes('\u001b') && error.message.length < 300,
  )
})
