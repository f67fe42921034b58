/** The kernels in WebAssembly SIMD: the same bits as the reference, from memory to memory. */

import { createMemory, type SharedMemory, type WasmMemory } from '../../../util/webassembly.ts'
import type { Combination, Point, Reduction } from '../../gar.ts'
import { rowsOf } from '../../plan.ts'
import { blockLength, type Kernels, type Rows } from '../kernels.ts'
import { referenceKernels } from '../reference.ts'
import { type Binary, binaryOver } from './binary.ts'
import { Inputs, Output } from './inputs.ts'
import { KeptCopies } from './kept-copies.ts'
import { mixerOf } from './mixers.ts'
import { bytesOf, type Place } from './place.ts'
import { RowSorter } from './row-sorter.ts'
import { Workspace } from './workspace.ts'

/** Of a second cache of 1 MiB or more: what is copied or mixed is still there when it is combined. */
const chunkBytes = 262_144
const mostCoordinates = 8 * blockLength
/** What 32-bit addresses reach. */
const mostPages = 65_536

export interface SimdOptions {
  /**
   * Vectors in it are read and written where they lie; scratch memory is taken from pages that are grown at its end, which
   * other threads may do too. @default one of its own, not shared
   */
  readonly memory?: SharedMemory
}

/** Undefined where WebAssembly SIMD is missing, or the binary was not built. One instance serves one thread. */
export function simdKernels(options: SimdOptions = {}): Kernels | undefined {
  const memory = options.memory ?? createMemory(1, mostPages)
  const binary = binaryOver(memory)
  return binary === undefined ? undefined : new SimdKernels(binary, memory)
}

/** Rows of one chunk: their table, and how many coordinates they have. */
interface Chunk {
  readonly rows: number
  readonly count: number
  readonly from: number
  readonly length: number
}

/** Coordinates from..to-1 in chunks of `length`. */
interface Course {
  readonly from: number
  readonly to: number
  readonly length: number
  /** True where it pays to bring a chunk into the cache first: what is done with it reads each row by itself. */
  readonly touches?: boolean
}

/** What is done with a chunk, whether that reads all its rows, and if so whether they were finite. */
interface Visitor {
  readonly readsAll: boolean
  visit(chunk: Chunk): boolean
}

class SimdKernels implements Kernels {
  readonly name = 'simd'
  readonly #binary: Binary
  readonly #space: Workspace
  /** Buffers that the memory has had: a view that was made before it grew still lies in it. */
  readonly #buffers = new WeakSet<ArrayBufferLike>()
  readonly #kept: KeptCopies

  constructor(binary: Binary, memory: WasmMemory) {
    this.#binary = binary
    this.#space = new Workspace(memory)
    this.#buffers.add(memory.buffer)
    this.#kept = new KeptCopies(this.#space)
  }

  reduce(reduction: Reduction, rows: Rows, from: number, to: number, sums: Float64Array): boolean {
    this.#space.reset()
    const address = this.#space.take(sums.byteLength)
    const visitor = this.#adder(reduction, countOf(rows), address)
    this.#space.setNumbers(address, sums)
    const areFinite = this.#eachChunk(rows, { from, to, length: blockLength, touches: true }, visitor)
    this.#space.getNumbers(address, sums)
    return areFinite
  }

  combine(combination: Combination, rows: Rows, from: number, to: number, result: Float32Array): boolean {
    if (combination.kind === 'mean-of-valid' || combination.kind === 'median-of-valid')
      return referenceKernels.combine(combination, rows, from, to, result)
    this.#space.reset()
    const length = Math.min(chunkLengthOf(rows), to - from)
    const output = new Output(this.#space, result, this.#isInside(result), length)
    const { readsAll, write } = this.#writer(combination, countOf(rows))
    return this.#eachChunk(
      rows,
      { from, to, length },
      {
        readsAll,
        visit: (chunk) => output.write(chunk.from, chunk.from + chunk.length, (out) => write(chunk, out)),
      },
    )
  }

  /** Visits chunks of the mixed rows; false where an input is not finite. */
  #eachChunk(
    { vectors, mixes, checked = false }: Rows,
    { from, to, length, touches = false }: Course,
    { readsAll, visit }: Visitor,
  ): boolean {
    const inputs = new Inputs(this.#binary, this.#space, vectors, this.#placesOf(vectors), length)
    let count = vectors.length
    const mixers = mixes.map((mix) => {
      const mixer = mixerOf(this.#binary, this.#space, mix, count, length)
      count = rowsOf(mix)
      return mixer
    })
    const looksFirst = !checked && !(readsAll && mixes.length === 0)
    for (let start = from; start < to; start += length) {
      const end = Math.min(start + length, to)
      inputs.moveTo(start, end)
      if (touches) this.#binary.kernel.touch(inputs.table, vectors.length, bytesOf(end - start))
      if (looksFirst && !this.#areFinite(inputs.table, vectors.length, end - start)) return false
      const rows = mixers.reduce((table, mix) => mix(table, end - start), inputs.table)
      const areFinite = visit({ rows, count, from: start, length: end - start })
      if (!areFinite && !checked && !looksFirst) return false
    }
    return true
  }

  #areFinite(rows: number, count: number, length: number): boolean {
    return this.#binary.kernel.areFinite(rows, count, bytesOf(length)) !== 0
  }

  /** Where the vectors lie, themselves or copies of them; undefined for those that lie elsewhere. */
  #placesOf(vectors: readonly Float32Array[]): (Place | undefined)[] {
    const kept = this.#kept.placesOf(vectors)
    return vectors.map((vector, i) =>
      this.#isInside(vector) ? { address: vector.byteOffset, isFilledUp: false } : kept[i],
    )
  }

  #isInside({ buffer }: Float32Array): boolean {
    const { memory } = this.#space
    if (buffer === memory.buffer) this.#buffers.add(buffer)
    return this.#buffers.has(buffer)
  }

  /** Adds to the numbers at `sums`. */
  #adder(reduction: Reduction, count: number, sums: number): Visitor {
    const { kernel } = this.#binary
    if (reduction.kind === 'squared-distances') {
      const stride = Workspace.strideOf(2 * bytesOf(blockLength) + 3 * 32)
      const wide = this.#space.take(count * stride)
      return {
        readsAll: true,
        visit({ rows, length }) {
          const areFinite = kernel.widen(rows, count, length, wide, stride) !== 0
          kernel.addSquaredDistances(wide, count, wideBytesOf(length), stride, sums)
          return areFinite
        },
      }
    }
    const point = this.#space.take(2 * bytesOf(blockLength))
    const setPoint = this.#pointer(reduction.point, count, point)
    return {
      readsAll: true,
      visit({ rows, length }) {
        setPoint(rows, bytesOf(length))
        return kernel.addSquaredDistancesTo(rows, count, point, length, sums) !== 0
      },
    }
  }

  /** Writes the point's coordinates in a chunk, in float64, to `out`. */
  #pointer(point: Point, count: number, out: number): (rows: number, bytes: number) => void {
    const { kernel } = this.#binary
    if (point.kind === 'zero') {
      this.#space.floats.fill(0, out / 4, out / 4 + 2 * blockLength)
      return () => {}
    }
    if (point.kind === 'weights') {
      const weights = this.#numbers(point.weights)
      return (rows, bytes) => kernel.weighted(rows, count, weights, bytes, out, true)
    }
    const { from, to } = point
    const sorter = new RowSorter(this.#binary, this.#space, count, from, to)
    return (rows, bytes) =>
      sorter.eachRun(rows, bytes, (at, run) =>
        kernel.mean(sorter.table + 4 * from, to - from, run, 1 / (to - from), out + 2 * at, true),
      )
  }

  /** Writes a chunk of the result. */
  #writer(combination: WholeCombination, count: number): { readsAll: boolean; write: Writer } {
    const { kernel } = this.#binary
    switch (combination.kind) {
      case 'copy':
        return {
          readsAll: false,
          write: ({ rows, length }, out) => {
            kernel.copy(this.#space.addressAt(rows, combination.position), bytesOf(length), out)
            return true
          },
        }
      case 'mean':
        return {
          readsAll: new Set(combination.positions).size === count,
          write: this.#meanOf(combination.positions),
        }
      case 'weighted': {
        const weights = this.#numbers(combination.weights)
        return {
          readsAll: true,
          write: ({ rows, length }, out) =>
            kernel.weighted(rows, count, weights, bytesOf(length), out, false) !== 0,
        }
      }
      case 'rank-mean':
        return { readsAll: true, write: this.#rankMean(combination, count) }
      case 'nearest-mean':
        return { readsAll: true, write: this.#nearestMean(combination, count) }
    }
  }

  #meanOf(positions: readonly number[]): Writer {
    const { kernel } = this.#binary
    const table = this.#space.take(4 * positions.length)
    return ({ rows, length }, out) => {
      this.#space.setAddresses(
        table,
        positions.map((position) => this.#space.addressAt(rows, position)),
      )
      return kernel.mean(table, positions.length, bytesOf(length), 1 / positions.length, out, false) !== 0
    }
  }

  #rankMean({ from, to }: RankMean, count: number): Writer {
    const { kernel, rankMean } = this.#binary
    const share = 1 / (to - from)
    const inRegisters = rankMean(count, from, to)
    if (inRegisters !== undefined)
      return ({ rows, length }, out) => inRegisters(rows, bytesOf(length), share, out) !== 0
    const sorter = new RowSorter(this.#binary, this.#space, count, from, to)
    return ({ rows, length }, out) =>
      sorter.eachRun(rows, bytesOf(length), (at, bytes) =>
        kernel.mean(sorter.table + 4 * from, to - from, bytes, share, out + at, false),
      )
  }

  #nearestMean({ from, to, keep }: NearestMean, count: number): Writer {
    const { kernel } = this.#binary
    const sorter = new RowSorter(this.#binary, this.#space, count, 0, count)
    const masks = this.#space.take(32 * (count - keep))
    return ({ rows, length }, out) =>
      sorter.eachRun(rows, bytesOf(length), (at, bytes) =>
        kernel.nearestMean(sorter.sorted, sorter.stride, count, from, to, keep, bytes, masks, out + at),
      )
  }

  #numbers(numbers: Float64Array): number {
    const address = this.#space.take(numbers.byteLength)
    this.#space.setNumbers(address, numbers)
    return address
  }
}

type Writer = (chunk: Chunk, out: number) => boolean
type WholeCombination = Exclude<Combination, { kind: 'mean-of-valid' | 'median-of-valid' }>
type RankMean = Extract<Combination, { kind: 'rank-mean' }>
type NearestMean = Extract<Combination, { kind: 'nearest-mean' }>

/** What `widen` has written for `length` coordinates: each that is left after whole fours takes a four. */
function wideBytesOf(length: number): number {
  return (Math.floor(length / 4) + (length % 4)) * 4 * Float64Array.BYTES_PER_ELEMENT
}

/** How many rows there are after the mixes. */
function countOf({ vectors, mixes }: Pick<Rows, 'vectors' | 'mixes'>): number {
  const last = mixes.at(-1)
  return last === undefined ? vectors.length : rowsOf(last)
}

/** Coordinates that all rows of a chunk have room for: those that are given, and those that mixes make. */
function chunkLengthOf({ vectors, mixes }: Rows): number {
  const rows = vectors.length + mixes.reduce((sum, mix) => sum + rowsOf(mix) + 2 * vectors.length, 0)
  const fitting = Math.floor(chunkBytes / Float32Array.BYTES_PER_ELEMENT / rows / 64) * 64
  return Math.max(64, Math.min(mostCoordinates, fitting))
}
