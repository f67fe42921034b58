/**
 * The safetensors format (https://huggingface.co/docs/safetensors, "Format"), float32 only.
 *
 * ```
 * u64, little-endian: bytes of the header | header: JSON | numbers, little-endian, tensor after tensor
 *
 * { "__metadata__": { name: text }, "dense1.bias": { "dtype": "F32", "shape": [100], "data_offsets": [0, 400] } }
 * ```
 *
 * A file is a stranger's: sizes are compared with what is there before anything is taken, and the tensors must fill
 * the bytes after the header without gap or overlap, so that one meaning is all it can have.
 */
import { modelError } from './errors.ts'
import type { NamedTensor } from './flatten.ts'

/** Bytes of header that are read. That of the larger reference model has under 1 KiB. */
export const maxHeaderBytes = 1 << 20

const lengthBytes = 8

export interface TensorFile {
  readonly tensors: readonly NamedTensor[]
  readonly metadata: Readonly<Record<string, string>>
}

/** The bytes of a file with these tensors, in the order given. The header is filled up to a multiple of 8. */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let end = 0
  for (const { name, shape, values } of tensors) {
    const begin = end
    end += values.byteLength
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] }
  }
  const text = Buffer.from(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(lengthBytes + headerBytes + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true)
  bytes.fill(0x20, lengthBytes, lengthBytes + headerBytes)
  bytes.set(text, lengthBytes)
  let offset = lengthBytes + headerBytes
  for (const { values } of tensors) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset)
    offset += values.byteLength
  }
  return bytes
}

/**
 * What is in a file, in the order in which it lies there. The values are copies.
 *
 * @throws MODEL_SAFETENSORS_TOO_SHORT, MODEL_SAFETENSORS_HEADER_TOO_LARGE, MODEL_SAFETENSORS_BAD_HEADER,
 *   MODEL_SAFETENSORS_BAD_TENSOR
 */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  requireBytes(bytes, lengthBytes)
  const announced = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  const headerBytes = Number(announced)
  if (headerBytes > maxHeaderBytes) {
    throw modelError({
      code: 'MODEL_SAFETENSORS_HEADER_TOO_LARGE',
      bytes: headerBytes,
      maxBytes: maxHeaderBytes,
    })
  }
  const dataStart = lengthBytes + headerBytes
  requireBytes(bytes, dataStart)
  const { __metadata__: metadata = {}, ...described } = parseHeader(bytes.subarray(lengthBytes, dataStart))
  const data = bytes.subarray(dataStart)
  const places = Object.entries(described).map(([name, description]) => parsePlace(name, description))
  places.sort((a, b) => a.begin - b.begin || a.end - b.end)
  requireFilled(places, data.length)
  const tensors = places.map(({ name, shape, begin, end }) => ({
    name,
    shape,
    values: copyFloats(data.subarray(begin, end)),
  }))
  return { tensors, metadata: parseMetadata(metadata) }
}

interface Place {
  readonly name: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

function requireBytes(bytes: Uint8Array, wantedBytes: number): void {
  if (bytes.length < wantedBytes) {
    throw modelError({ code: 'MODEL_SAFETENSORS_TOO_SHORT', bytes: bytes.length, wantedBytes })
  }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw badHeader('it is no JSON', cause)
  }
  if (!isRecord(header)) throw badHeader('it is no JSON object')
  return header
}

function parseMetadata(metadata: unknown): Record<string, string> {
  if (!isRecord(metadata)) throw badHeader('__metadata__ is no object')
  const entries = Object.entries(metadata).map(([name, value]): [string, string] => {
    if (typeof value !== 'string') throw badHeader(`__metadata__ has something other than text under ${name}`)
    return [name, value]
  })
  return Object.fromEntries(entries)
}

function parsePlace(name: string, description: unknown): Place {
  if (!isRecord(description)) throw badTensor(name, 'its description is no object')
  const { dtype, shape, data_offsets: offsets } = description
  if (dtype !== 'F32') throw badTensor(name, `its numbers are ${String(dtype)}, and only F32 is read`)
  if (!isSizes(shape)) throw badTensor(name, 'its shape is no list of whole numbers')
  if (!isSizes(offsets) || offsets.length !== 2) throw badTensor(name, 'its offsets are no two whole numbers')
  const [begin = 0, end = 0] = offsets
  const wanted = 4 * shape.reduce((product, size) => product * size, 1)
  if (end - begin !== wanted) throw badTensor(name, `its shape needs ${wanted} bytes, not ${end - begin}`)
  return { name, shape, begin, end }
}

/** Each tensor starts where the one before it ended, and the last ends where the file does. */
function requireFilled(places: readonly Place[], dataBytes: number): void {
  let filled = 0
  for (const { name, begin, end } of places) {
    if (begin !== filled)
      throw badTensor(name, `it starts at ${begin}, not where the one before ended, ${filled}`)
    filled = end
    if (end > dataBytes) throw badTensor(name, `it ends at ${end}, beyond the file's ${dataBytes}`)
  }
  if (filled !== dataBytes) throw badHeader(`${dataBytes - filled} bytes belong to no tensor`)
}

/** A copy, aligned: the bytes of a file need not lie at a multiple of 4. */
function copyFloats(bytes: Uint8Array): Float32Array {
  const values = new Float32Array(bytes.length / Float32Array.BYTES_PER_ELEMENT)
  new Uint8Array(values.buffer).set(bytes)
  return values
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

function badHeader(reason: string, cause?: unknown) {
  return modelError({ code: 'MODEL_SAFETENSORS_BAD_HEADER', reason }, { cause })
}

function badTensor(tensor: string, reason: string) {
  return modelError({ code: 'MODEL_SAFETENSORS_BAD_TENSOR', tensor, reason })
}
