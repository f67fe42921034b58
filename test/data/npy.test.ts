import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeNpy, decodeNpyHeader, encodeNpy, isNpy } from '../../src/data/npy.ts'

/** A file as numpy.save writes it, but for what is asked for otherwise. */
function fileOf(header: string, elements: ArrayBufferView = new Uint8Array(), version = 1): Uint8Array {
  const start = version === 1 ? 10 : 12
  const text = Buffer.from(header)
  const bytes = Buffer.alloc(start + text.length)
  bytes.set([0x93, ...Buffer.from('NUMPY'), version, 0])
  if (version === 1) bytes.writeUInt16LE(text.length, 8)
  else bytes.writeUInt32LE(text.length, 8)
  bytes.set(text, start)
  return Buffer.concat([bytes, new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength)])
}

const header = (descr: string, shape: string, order = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`

test('rows are read from every version, float32 as it is and float64 rounded', () => {
  const rows = [
    [1, 2.5, -0],
    [3, 4, 1e-45],
  ]
  const expected = rows.map((row) => Float32Array.from(row))
  for (const version of [1, 2, 3]) {
    const float32 = fileOf(header('<f4', '(2, 3)'), Float32Array.from(rows.flat()), version)
    const float64 = fileOf(header('<f8', '(2, 3)'), Float64Array.from(rows.flat()), version)
    assert.deepEqual(decodeNpy(float32, 'x.npy'), expected)
    assert.deepEqual(decodeNpy(float64, 'x.npy'), expected)
  }
})

test('an array of one dimension is one row', () => {
  const file = fileOf(header('<f4', '(3,)'), Float32Array.of(1, 2, 3))
  assert.deepEqual(decodeNpy(file, 'x.npy'), [Float32Array.of(1, 2, 3)])
})

test('what is written is read back to the bit, wherever it lies in memory', () =>
  fc.assert(
    fc.property(fc.float32Array({ maxLength: 50 }), fc.nat(7), (vector, shift) => {
      const bytes = encodeNpy(vector)
      assert.ok(isNpy(bytes))
      assert.equal((bytes.length - vector.byteLength) % 64, 0)
      const shifted = new Uint8Array(bytes.length + shift).subarray(shift)
      shifted.set(bytes)
      assert.deepEqual(decodeNpy(shifted, 'x.npy'), [vector])
    }),
  ))

test('the header that numpy 1.24 writes is read', () => {
  // numpy.save of zeros((2, 2), dtype=float32): the header is filled up with spaces to 128 bytes in all.
  const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
  const file = fileOf(`${text.padEnd(117)}\n`, new Float32Array(4))
  assert.deepEqual(decodeNpyHeader(file, file.length, 'x.npy'), {
    rows: 2,
    columns: 2,
    elementBytes: 4,
    offset: 128,
  })
})

test('what is no such array is refused, and pickles are never looked at', () => {
  const ones = new Float32Array(4)
  const refused: [Uint8Array, string][] = [
    [Buffer.from('[[1, 2]]'), 'DATA_NPY_WRONG_MAGIC'],
    [new Uint8Array(), 'DATA_NPY_WRONG_MAGIC'],
    [fileOf(header('<f4', '(2, 2)'), ones, 4), 'DATA_NPY_WRONG_VERSION'],
    [fileOf(header('<f4', '(2, 2)'), ones).subarray(0, 9), 'DATA_NPY_BAD_HEADER'],
    [fileOf(header('<f4', '(2, 2)'), ones).subarray(0, 30), 'DATA_NPY_BAD_HEADER'],
    [fileOf("{'descr': __import__('os')}", ones), 'DATA_NPY_BAD_HEADER'],
    [fileOf(`${' '.repeat(20_000)}${header('<f4', '(2, 2)')}`, ones), 'DATA_NPY_BAD_HEADER'],
    [fileOf(header('|O', '(2, 2)'), ones), 'DATA_NPY_WRONG_TYPE'],
    [fileOf(header('>f4', '(2, 2)'), ones), 'DATA_NPY_WRONG_TYPE'],
    [fileOf(header('toString', '(2, 2)'), ones), 'DATA_NPY_WRONG_TYPE'],
    [fileOf(header('<f4', '(2, 2)', 'True'), ones), 'DATA_NPY_WRONG_SHAPE'],
    [fileOf(header('<f4', '(2, 2, 1)'), ones), 'DATA_NPY_WRONG_SHAPE'],
    [fileOf(header('<f4', '()'), ones), 'DATA_NPY_WRONG_SHAPE'],
    [fileOf(header('<f4', '(4000000000, 0)'), new Float32Array()), 'DATA_NPY_WRONG_SHAPE'],
    [fileOf(header('<f4', '(2, 3)'), ones), 'DATA_NPY_WRONG_LENGTH'],
    [fileOf(header('<f4', '(2, 1)'), ones), 'DATA_NPY_WRONG_LENGTH'],
    [fileOf(header('<f4', `(${'9'.repeat(30)}, 2)`), ones), 'DATA_NPY_WRONG_LENGTH'],
  ]
  for (const [bytes, code] of refused) assert.throws(() => decodeNpy(bytes, 'x.npy'), { code })
})

test('no bytes make it do anything but read rows or refuse', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (noise, at) => {
      const bytes = Buffer.from(fileOf(header('<f4', '(2, 2)'), new Float32Array(4)))
      bytes.set(noise.subarray(0, bytes.length - Math.min(at, bytes.length)), Math.min(at, bytes.length))
      try {
        decodeNpy(bytes, 'x.npy')
      } catch (error) {
        assert.match(String((error as { code?: unknown }).code), /^DATA_NPY_/)
      }
    }),
  ))
