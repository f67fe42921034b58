/** Brings rows to where the kernels can read them, one chunk of coordinates at a time. */
import type { Binary, Kernel } from './binary.ts'
import { Workspace } from './workspace.ts'

/** Kernels read and write whole runs of this many coordinates. */
const laneCoordinates = 16
const coordinateBytes = Float32Array.BYTES_PER_ELEMENT

/**
 * Rows that are read side by side where they lie. More are gathered first: pages and prefetchers are not for that many
 * streams, and rows of 2^k bytes all fall into the same few sets of a cache.
 */
const mostStreams = 32

/** What a kernel reads for `length` coordinates: the last run is filled up with zeros. */
export function bytesOf(length: number): number {
  return Math.ceil(length / laneCoordinates) * laneCoordinates * coordinateBytes
}

/** Whether `bytesOf(length)` is no more than the coordinates take. */
function isWhole(length: number): boolean {
  return length % laneCoordinates === 0
}

/**
 * A table of addresses of rows, for one chunk after the other. A vector that lies in the workspace's memory is read where
 * it is; one that does not, and the rest of any behind its last whole run, is copied.
 */
export class Inputs {
  /** The table. */
  readonly table: number
  readonly #kernel: Kernel
  readonly #space: Workspace
  readonly #vectors: readonly Float32Array[]
  readonly #isInside: readonly boolean[]
  readonly #copies: number
  readonly #stride: number

  /** For chunks of at most `length` coordinates. `isInside` says which vectors lie in the workspace's memory. */
  constructor(
    { kernel }: Binary,
    space: Workspace,
    vectors: readonly Float32Array[],
    isInside: readonly boolean[],
    length: number,
  ) {
    this.#kernel = kernel
    this.#space = space
    this.#vectors = vectors
    this.#isInside = isInside
    this.table = space.take(vectors.length * Uint32Array.BYTES_PER_ELEMENT)
    this.#stride = Workspace.strideOf(bytesOf(length))
    this.#copies = space.take(vectors.length * this.#stride)
  }

  /** Points the table at the coordinates from..to-1. */
  moveTo(from: number, to: number): void {
    this.#space.setAddresses(
      this.table,
      this.#vectors.map((vector, i) =>
        this.#placed(vector, this.#isInside[i]!, from, to, this.#copies + i * this.#stride),
      ),
    )
  }

  /** The address of a row's coordinates from..to-1: their own, or `copy`. */
  #placed(vector: Float32Array, isInside: boolean, from: number, to: number, copy: number): number {
    if (!isInside || !isWhole(to - from)) return this.#copied(vector, from, to, copy)
    const own = vector.byteOffset + from * coordinateBytes
    if (this.#vectors.length <= mostStreams) return own
    this.#kernel.copy(own, bytesOf(to - from), copy)
    return copy
  }

  #copied(vector: Float32Array, from: number, to: number, address: number): number {
    const index = address / coordinateBytes
    this.#space.floats.set(vector.subarray(from, to), index)
    if (!isWhole(to - from))
      this.#space.floats.fill(0, index + to - from, index + bytesOf(to - from) / coordinateBytes)
    return address
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
