/**
 * Payload codecs. A codec knows the length that a payload must have before a byte of it is taken, and judges what
 * arrived: a payload that does not decode is refused and absent, its sender blamed with the fault that `decode` names.
 *
 * Numbers are little-endian and start at a multiple of 8, so that decoding is a view, not a copy.
 */
import { allFinite } from '../util/finite.ts'
import { declareFrozen } from '../util/frozen.ts'
import type { FaultKind } from './fault.ts'

export type Decoded<T> = { readonly value: T } | { readonly fault: FaultKind }

export interface Codec<T> {
  readonly name: 'f32' | 'f64' | 'u64' | 'bytes'
  /** The exact length of every payload, where the codec fixes it. */
  readonly byteLength?: number
  encode(value: T): Uint8Array
  decode(payload: Uint8Array): Decoded<T>
}

/** Vectors of `length` finite float32. */
export function f32(length: number): Codec<Float32Array> {
  return vectorCodec('f32', Float32Array, length)
}

/** Vectors of `length` finite float64. */
export function f64(length: number): Codec<Float64Array> {
  return vectorCodec('f64', Float64Array, length)
}

/** Vectors of `length` unsigned 64-bit integers. */
export function u64(length: number): Codec<BigUint64Array> {
  return vectorCodec('u64', BigUint64Array, length)
}

/** Bytes as they are. */
export const bytes: Codec<Uint8Array> = {
  name: 'bytes',
  encode: (value) => value,
  decode: (payload) => ({ value: payload }),
}

/** Exactly `byteLength` bytes as they are. */
export function bytesOf(byteLength: number): Codec<Uint8Array> {
  return {
    ...bytes,
    byteLength,
    decode: (payload) =>
      payload.byteLength === byteLength ? { value: payload } : { fault: 'CODEC_WRONG_LENGTH' },
  }
}

interface View {
  readonly buffer: ArrayBufferLike
  readonly byteOffset: number
  readonly byteLength: number
}

interface Read {
  readonly name: string
  readonly decoded: Decoded<unknown>
}

/**
 * What payloads decode to. Payloads are frozen, and in the simulator a thousand members are handed the same one: they share
 * the view, and its numbers are looked through once.
 */
const read = new WeakMap<Uint8Array, Read>()

function vectorCodec<T extends View & Iterable<number | bigint>>(
  name: Codec<T>['name'],
  View: { new (buffer: ArrayBufferLike, byteOffset: number, length: number): T; BYTES_PER_ELEMENT: number },
  length: number,
): Codec<T> {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1)
    throw new Error('a big-endian machine needs byte swapping here')
  const byteLength = length * View.BYTES_PER_ELEMENT
  return {
    name,
    byteLength,
    encode: (value) => new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
    decode(payload) {
      if (payload.byteLength !== byteLength) return { fault: 'CODEC_WRONG_LENGTH' }
      const before = read.get(payload)
      if (before?.name === name) return before.decoded as Decoded<T>
      const aligned = payload.byteOffset % 8 === 0 ? payload : payload.slice()
      const value = new View(aligned.buffer, aligned.byteOffset, length)
      const decoded: Decoded<T> = isFiniteView(value) ? { value } : { fault: 'CODEC_NOT_FINITE' }
      if (value instanceof Float32Array) declareFrozen(value)
      read.set(payload, { name, decoded })
      return decoded
    },
  }
}

function isFiniteView(vector: View): boolean {
  return !(vector instanceof Float32Array || vector instanceof Float64Array) || allFinite(vector)
}
