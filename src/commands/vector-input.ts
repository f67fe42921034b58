/** Vectors as people hand them in: JSON or .npy, in a file or on standard input. */
import { createReadStream } from 'node:fs'
import { dataError } from '../data/errors.ts'
import { decodeNpy, isNpy } from '../data/npy.ts'
import { commandError } from './errors.ts'

/** Of JSON; text costs several times its vectors in memory. */
export const maxJsonBytes = 2 ** 28
/** Of .npy; what is larger is for `aggregateStream`. */
export const maxNpyBytes = 2 ** 31

export interface GivenVectors {
  readonly vectors: readonly Float32Array[]
  /** Who gave each vector, ascending; absent where the input does not say. */
  readonly ids?: readonly string[]
}

/** What a file is called in messages, and its bytes. */
export interface Input {
  readonly name: string
  readonly chunks: AsyncIterable<Uint8Array>
}

export function fileInput(path: string): Input {
  return { name: path, chunks: createReadStream(path) }
}

/**
 * `[[1, 2], [3, 4]]`, or `{ "ids": ["b", "a"], "vectors": [[1, 2], [3, 4]] }`, whose vectors are sorted by id, or a .npy
 * file, one vector a row.
 *
 * @throws COMMAND_INPUT_*, DATA_NPY_*, DATA_UNREADABLE
 */
export async function readVectors(input: Input): Promise<GivenVectors> {
  const bytes = await readAll(input)
  if (isNpy(bytes)) return { vectors: decodeNpy(bytes, input.name) }
  const value = parsed(bytes, input.name)
  if (Array.isArray(value)) return { vectors: vectorsOf(value, input.name) }
  if (!isRecord(value) || !Array.isArray(value.vectors)) throw notVectors(input.name, 'the input')
  const vectors = vectorsOf(value.vectors, input.name)
  return value.ids === undefined ? { vectors } : sorted(vectors, value.ids, input.name)
}

/**
 * One vector: `[1, 2]`, or a .npy file of one row.
 *
 * @throws COMMAND_INPUT_*, DATA_NPY_*, DATA_UNREADABLE
 */
export async function readVector(input: Input): Promise<Float32Array> {
  const bytes = await readAll(input)
  const [vector, ...more] = isNpy(bytes)
    ? decodeNpy(bytes, input.name)
    : vectorsOf([parsed(bytes, input.name)], input.name)
  if (vector === undefined || more.length > 0)
    throw commandError({ code: 'COMMAND_INPUT_NOT_ONE', file: input.name, vectors: more.length + 1 })
  return vector
}

/** All bytes; no more than a limit are ever held. */
async function readAll({ name, chunks }: Input): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  let maxBytes = maxJsonBytes
  try {
    for await (const chunk of chunks) {
      if (bytes === 0 && isNpy(chunk)) maxBytes = maxNpyBytes
      bytes += chunk.length
      if (bytes > maxBytes) throw commandError({ code: 'COMMAND_INPUT_TOO_LARGE', file: name, maxBytes })
      parts.push(chunk)
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause
    throw dataError({ code: 'DATA_UNREADABLE', file: name, reason: cause.message }, { cause })
  }
  return Buffer.concat(parts)
}

function parsed(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw commandError({ code: 'COMMAND_INPUT_NOT_JSON', file, reason }, { cause })
  }
}

function vectorsOf(rows: readonly unknown[], file: string): Float32Array[] {
  return rows.map((row, position) => {
    if (!Array.isArray(row)) throw notVectors(file, `vector ${position}`)
    const vector = new Float32Array(row.length)
    for (const [coordinate, value] of row.entries()) {
      vector[coordinate] = value
      if (typeof value !== 'number' || !Number.isFinite(vector[coordinate]))
        throw notFloat(file, position, coordinate, value)
    }
    return vector
  })
}

/** Members of a swarm sort by id before they combine: so the result here has the bits of theirs. */
function sorted(vectors: readonly Float32Array[], ids: unknown, file: string): GivenVectors {
  const isList = Array.isArray(ids) && ids.every((id) => typeof id === 'string')
  if (!isList || ids.length !== vectors.length || new Set(ids).size !== ids.length)
    throw commandError({ code: 'COMMAND_INPUT_BAD_IDS', file, vectors: vectors.length })
  const order = [...ids.entries()].sort(([, a], [, b]) => (a < b ? -1 : 1))
  return {
    ids: order.map(([, id]) => id),
    vectors: order.flatMap(([position]) => vectors[position] ?? []),
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function notVectors(file: string, what: string): Error {
  return commandError({ code: 'COMMAND_INPUT_NOT_VECTORS', file, what })
}

function notFloat(file: string, position: number, coordinate: number, value: unknown): Error {
  const shown = JSON.stringify(value) ?? 'nothing'
  return commandError({ code: 'COMMAND_INPUT_NOT_FLOAT', file, position, coordinate, value: shown })
}
