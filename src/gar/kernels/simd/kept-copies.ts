/**
 * Copies of vectors that are read again and again: a thousand simulated members are handed the same thousand vectors, and
 * each computes its own rule. What is frozen (util/frozen.ts) is copied into the kernels' memory when it is met more often than
 * one member meets it; the rest never, nor what is long.
 *
 * Two halves: when the younger is full, the elder is emptied, and becomes the younger.
 */
import { isFrozen } from '../../../util/frozen.ts'
import { bytesOf, type Place } from './place.ts'
import { Workspace } from './workspace.ts'

const halfBytes = 2 ** 25
/** Of one vector. */
const mostBytes = 2 ** 20
/** Passes over a vector by one member: two of a rule, one for the spread. A daemon so never pays for copies. */
const passesOfOne = 3

interface Copy extends Place {
  /** Of the half that it lies in; that half has been emptied once the count is two ahead. */
  readonly generation: number
}

export class KeptCopies {
  readonly #space: Workspace
  /** The copy, or how often it was met without one. */
  readonly #met = new WeakMap<Float32Array, Copy | number>()
  /** Where the halves start, as far as they are in use. */
  readonly #halves: number[] = []
  #generation = 0
  #taken = halfBytes

  constructor(space: Workspace) {
    this.#space = space
  }

  /**
   * Where the copies of `vectors` lie: undefined for those of which none is kept. They stay there until the next call.
   */
  placesOf(vectors: readonly Float32Array[]): (Place | undefined)[] {
    const stride = Workspace.strideOf(bytesOf(vectors[0]?.length ?? 0))
    if (stride > mostBytes || vectors.length * stride > halfBytes) return vectors.map(() => undefined)
    if (this.#taken + vectors.length * stride > halfBytes) this.#turn()
    return vectors.map((vector) => this.#placeOf(vector, stride))
  }

  #placeOf(vector: Float32Array, stride: number): Place | undefined {
    const met = this.#met.get(vector)
    if (met === undefined || (typeof met === 'number' && met < passesOfOne)) {
      if (isFrozen(vector)) this.#met.set(vector, (met ?? 0) + 1)
      return undefined
    }
    if (typeof met !== 'number' && met.generation > this.#generation - 2) return met
    const copy = { address: this.#copied(vector, stride), isFilledUp: true, generation: this.#generation }
    this.#met.set(vector, copy)
    return copy
  }

  #copied(vector: Float32Array, stride: number): number {
    const half = this.#generation % 2
    this.#halves[half] ??= this.#space.keep(halfBytes)
    const address = this.#halves[half] + this.#taken
    this.#taken += stride
    const { floats } = this.#space
    floats.set(vector, address / 4)
    floats.fill(0, address / 4 + vector.length, (address + bytesOf(vector.length)) / 4)
    return address
  }

  #turn(): void {
    this.#generation += 1
    this.#taken = 0
  }
}
