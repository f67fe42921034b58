/** Named tensors and the one flat vector in which they lie end to end. */
import { modelError } from './errors.ts'

/** A tensor's place in the flat vector: numbers `start` up to `end`, in row-major order. */
export interface Slot {
  readonly name: string
  readonly shape: readonly number[]
  readonly start: number
  readonly end: number
}

export type Layout = readonly Slot[]

export interface NamedTensor {
  readonly name: string
  readonly shape: readonly number[]
  /** Row-major. */
  readonly values: Float32Array
}

/** Lays tensors end to end, in the order given. */
export function layoutOf(tensors: readonly { name: string; shape: readonly number[] }[]): Layout {
  let end = 0
  return tensors.map(({ name, shape }) => {
    const start = end
    end += shape.reduce((product, size) => product * size, 1)
    return { name, shape, start, end }
  })
}

/**
 * One flat vector of the tensors' `values`, given in the order of the layout.
 *
 * @throws MODEL_WRONG_LENGTH if a tensor does not fill its slot
 */
export function flatten(values: readonly Float32Array[], layout: Layout): Float32Array {
  const flat = new Float32Array(layout.at(-1)?.end ?? 0)
  layout.forEach((slot, i) => {
    const tensor = values[i] ?? new Float32Array()
    requireLength(tensor, slot.end - slot.start)
    flat.set(tensor, slot.start)
  })
  return flat
}

/**
 * The tensors in the order of the layout. Their values are views into `flat`: nothing is copied.
 *
 * @throws MODEL_WRONG_LENGTH
 */
export function unflatten(flat: Float32Array, layout: Layout): NamedTensor[] {
  requireLength(flat, layout.at(-1)?.end ?? 0)
  return layout.map(({ name, shape, start, end }) => ({ name, shape, values: flat.subarray(start, end) }))
}

/** @throws MODEL_WRONG_LENGTH */
export function requireLength(vector: Float32Array, dimension: number): void {
  if (vector.length !== dimension) {
    throw modelError({ code: 'MODEL_WRONG_LENGTH', length: vector.length, dimension })
  }
}
