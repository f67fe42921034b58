/**
 * NumPy's array files (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), versions 1 to 3.
 *
 * ```
 * 0x93 "NUMPY" major minor | length of the header (u16 in version 1, u32 above) | header | elements, row by row
 * ```
 *
 * The header is a Python dictionary as text: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`. It is matched,
 * not evaluated, and arrays of objects, which are pickles, are refused unread.
 */
import { dataError } from './errors.ts'

const magic = Uint8Array.of(0x93, ...new TextEncoder().encode('NUMPY'))
/** The longest that `decodeNpyHeader` looks at. NumPy itself warns of headers beyond 10,000 characters. */
export const maxNpyHeadBytes = 12 + 10_000
const headerPattern =
  /^\{\s*'descr':\s*'([^']*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([\d,\s]*)\),?\s*\}\s*$/

/** Little-endian elements. */
const elementBytes: Readonly<Record<string, 4 | 8>> = { '<f4': 4, '<f8': 8 }

export interface NpyHeader {
  /** An array of one dimension is one row. */
  readonly rows: number
  readonly columns: number
  /** 4: float32; 8: float64. */
  readonly elementBytes: 4 | 8
  /** Where the elements start. */
  readonly offset: number
}

/** Whether bytes begin as an array file does. */
export function isNpy(head: Uint8Array): boolean {
  return magic.every((byte, i) => head[i] === byte)
}

/**
 * The header of a file of `fileBytes` bytes, of which `head` is the beginning: all, or at least `maxNpyHeadBytes`.
 *
 * @throws DATA_NPY_WRONG_MAGIC, DATA_NPY_WRONG_VERSION, DATA_NPY_BAD_HEADER, DATA_NPY_WRONG_TYPE, DATA_NPY_WRONG_SHAPE,
 * DATA_NPY_WRONG_LENGTH
 */
export function decodeNpyHeader(head: Uint8Array, fileBytes: number, file: string): NpyHeader {
  if (!isNpy(head)) throw dataError({ code: 'DATA_NPY_WRONG_MAGIC', file })
  const major = head[6] ?? 0
  if (major < 1 || major > 3) throw dataError({ code: 'DATA_NPY_WRONG_VERSION', file, version: major })
  const start = major === 1 ? 10 : 12
  if (head.length < start) throw dataError({ code: 'DATA_NPY_BAD_HEADER', file, header: '' })
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const offset = start + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true))
  const text = new TextDecoder().decode(head.subarray(start, Math.min(offset, maxNpyHeadBytes)))
  const [, descr = '', order, sizes = ''] = headerPattern.exec(text) ?? []
  if (offset > head.length || order === undefined)
    throw dataError({ code: 'DATA_NPY_BAD_HEADER', file, header: text })
  const bytes = Object.hasOwn(elementBytes, descr) ? elementBytes[descr] : undefined
  if (bytes === undefined) throw dataError({ code: 'DATA_NPY_WRONG_TYPE', file, descr })
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]))
  const [rows, columns] = shape.length === 1 ? [1, shape[0]] : shape
  if (order === 'True' || shape.length > 2 || rows === undefined || columns === undefined)
    throw dataError({ code: 'DATA_NPY_WRONG_SHAPE', file, shape, fortran: order === 'True' })
  // The length of the file bounds how many rows there are, but for rows that take no bytes.
  if (columns === 0 && rows > 1)
    throw dataError({ code: 'DATA_NPY_WRONG_SHAPE', file, shape, fortran: false })
  const wantedBytes = offset + rows * columns * bytes
  if (wantedBytes !== fileBytes)
    throw dataError({ code: 'DATA_NPY_WRONG_LENGTH', file, bytes: fileBytes, wantedBytes })
  return { rows, columns, elementBytes: bytes, offset }
}

/**
 * The rows of a whole file: float64 rounded to float32, float32 as views of `bytes` where their place admits it.
 *
 * @throws what `decodeNpyHeader` throws
 */
export function decodeNpy(bytes: Uint8Array, file: string): Float32Array[] {
  const { rows, columns, elementBytes, offset } = decodeNpyHeader(bytes, bytes.length, file)
  const rowBytes = columns * elementBytes
  return Array.from({ length: rows }, (_, i) =>
    elementsOf(bytes.subarray(offset + i * rowBytes, offset + (i + 1) * rowBytes), elementBytes),
  )
}

/** Elements as float32. */
export function elementsOf(bytes: Uint8Array, elementBytes: 4 | 8): Float32Array {
  const aligned = bytes.byteOffset % elementBytes === 0 ? bytes : new Uint8Array(bytes)
  const count = bytes.length / elementBytes
  return elementBytes === 4
    ? new Float32Array(aligned.buffer, aligned.byteOffset, count)
    : Float32Array.from(new Float64Array(aligned.buffer, aligned.byteOffset, count))
}

/** A vector as a file of version 1, float32. */
export function encodeNpy(vector: Float32Array): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${vector.length},), }`
  // The elements begin at a multiple of 64, as NumPy writes them, and the header ends in a line feed.
  const offset = Math.ceil((10 + header.length + 1) / 64) * 64
  const bytes = new Uint8Array(offset + vector.byteLength)
  bytes.set(magic)
  bytes.set([1, 0], 6)
  new DataView(bytes.buffer).setUint16(8, offset - 10, true)
  bytes.set(new TextEncoder().encode(`${header.padEnd(offset - 11)}\n`), 10)
  bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), offset)
  return bytes
}
