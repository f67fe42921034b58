/** Brings rows to where the kernels can read them, one chunk of coordinates at a time. */
import type { Binary, Kernel } from './binary.ts'
import { bytesOf, isWhole, type Place } from './place.ts'
import { Workspace } from './workspace.ts'

const coordinateBytes = Float32Array.BYTES_PER_ELEMENT

/**
 * Rows that are read side by side where they lie. More are gathered first: pages and prefetchers are not for that many
 * streams, and rows of 2^k bytes all fall into the same few sets of a cache.
 */
const mostStreams = 32

/**
 * A table of addresses of rows, for one chunk after the other. A vector that lies in the workspace's memory is read where
 * it is; one that does not, and the rest of any behind its last whole run that is not filled up, is copied.
 */
export class Inputs {
  /** The table. */
  readonly table: number
  readonly #kernel: Kernel
  readonly #space: Workspace
  readonly #vectors: readonly Float32Array[]
  readonly #places: readonly (Place | undefined)[]
  /** Where the copy of each row goes. */
  readonly #copies: readonly number[]
  /** Positions of the vectors that lie inside, and of those that do not. */
  readonly #inside: readonly number[]
  readonly #outside: readonly number[]
  readonly #areFilledUp: boolean
  /** Tables of where the rows that lie inside begin and of where they are gathered; absent where they are read in place. */
  readonly #gathered: { readonly from: number; readonly to: number } | undefined

  /** For chunks of at most `length` coordinates. `places` says which vectors lie in the workspace's memory. */
  constructor(
    { kernel }: Binary,
    space: Workspace,
    vectors: readonly Float32Array[],
    places: readonly (Place | undefined)[],
    length: number,
  ) {
    this.#kernel = kernel
    this.#space = space
    this.#vectors = vectors
    this.#places = places
    const stride = Workspace.strideOf(bytesOf(length))
    const start = space.take(vectors.length * stride)
    this.#copies = vectors.map((_, i) => start + i * stride)
    const positions = [...vectors.keys()]
    this.#inside = positions.filter((i) => places[i] !== undefined)
    this.#outside = positions.filter((i) => places[i] === undefined)
    this.#areFilledUp = this.#inside.every((i) => places[i]!.isFilledUp)
    this.table = this.#tableOf(this.#copies)
    if (vectors.length > mostStreams)
      this.#gathered = {
        from: this.#tableOf(this.#inside.map((i) => places[i]!.address)),
        to: this.#tableOf(this.#inside.map((i) => this.#copies[i]!)),
      }
  }

  /** Points the table at the coordinates from..to-1. */
  moveTo(from: number, to: number): void {
    // Behind a vector that is not filled up may be anything, or nothing.
    const areReadInside = this.#areFilledUp || isWhole(to - from)
    for (const i of this.#outside) this.#copy(i, from, to)
    if (!areReadInside) for (const i of this.#inside) this.#copy(i, from, to)
    if (this.#gathered === undefined)
      this.#space.setAddresses(
        this.table,
        this.#copies.map((copy, i) => {
          const place = areReadInside ? this.#places[i] : undefined
          return place === undefined ? copy : place.address + from * coordinateBytes
        }),
      )
    else if (areReadInside) {
      const { from: rows, to: copies } = this.#gathered
      this.#kernel.gather(rows, copies, this.#inside.length, from * coordinateBytes, bytesOf(to - from))
    }
  }

  /** A table of these addresses. */
  #tableOf(addresses: readonly number[]): number {
    const table = this.#space.take(addresses.length * Uint32Array.BYTES_PER_ELEMENT)
    this.#space.setAddresses(table, addresses)
    return table
  }

  #copy(i: number, from: number, to: number): void {
    const index = this.#copies[i]! / coordinateBytes
    this.#space.floats.set(this.#vectors[i]!.subarray(from, to), index)
    if (!isWhole(to - from))
      this.#space.floats.fill(0, index + to - from, index + bytesOf(to - from) / coordinateBytes)
  }
}

/** Where a chunk of the result is written: in place where it lies in the workspace's memory, else beside it. */
export class Output {
  readonly #space: Workspace
  readonly #result: Float32Array
  readonly #isInside: boolean
  readonly #copy: number

  constructor(space: Workspace, result: Float32Array, isInside: boolean, length: number) {
    this.#space = space
    this.#result = result
    this.#isInside = isInside
    this.#copy = space.take(bytesOf(length))
  }

  /** Has `write` write the coordinates from..to-1 at an address. */
  write(from: number, to: number, write: (out: number) => boolean): boolean {
    if (this.#isInside && isWhole(to - from)) return write(this.#result.byteOffset + from * coordinateBytes)
    const areFinite = write(this.#copy)
    const index = this.#copy / coordinateBytes
    this.#result.set(this.#space.floats.subarray(index, index + to - from), from)
    return areFinite
  }
}
