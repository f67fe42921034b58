/**
 * Memory that all threads see: an allocator inside one shared WebAssembly memory, because a WebAssembly instance cannot
 * address any other.
 */

import { createSharedMemory, type SharedMemory } from '../util/webassembly.ts'
import { aggregatorError } from './errors.ts'
import { FreeList } from './free-list.ts'

/** A cache line: no two blocks share one, so threads that write to different blocks do not wait for each other. */
export const alignment = 64

const pageBytes = 2 ** 16
/** As much as 32-bit addresses reach: 4 GiB. What is reserved and not grown into costs no memory. */
const maxPages = 2 ** 16
/** The memory grows by 16 MiB at least, because each growth makes another buffer object. */
const growthPages = 256

interface Block {
  readonly bytes: number
  /** Runs that read or write it. */
  uses: number
  released: boolean
}

export interface ArenaOptions {
  /** Addresses below belong to others; a multiple of 64. @default 64, so that no block has the address 0 */
  readonly start?: number
  /** In pages of 64 KiB. @default 65536 */
  readonly maxPages?: number
  /** Of those, what is left to others who grow the memory for themselves. @default 0 */
  readonly sparePages?: number
}

export class Arena {
  readonly memory: SharedMemory
  readonly #free = new FreeList()
  readonly #blocks = new Map<number, Block>()
  /** All buffers that the memory has had: they are one memory, and views of any of them stay good. */
  readonly #buffers = new WeakSet<ArrayBufferLike>()
  readonly #maxPages: number
  #usedBytes = 0

  constructor({ start = alignment, maxPages: maximum = maxPages, sparePages = 0 }: ArenaOptions = {}) {
    const initial = Math.ceil(start / pageBytes)
    this.memory = createSharedMemory(initial, maximum)
    this.#maxPages = maximum - sparePages
    if (start < initial * pageBytes) this.#free.give(start, initial * pageBytes)
  }

  /** Bytes that are allocated, each block rounded up to whole lines. */
  get usedBytes(): number {
    return this.#usedBytes
  }

  /**
   * The address of `bytes` bytes, a multiple of 64. They hold what was there before.
   *
   * @throws AGGREGATOR_MEMORY_FULL
   */
  allocate(bytes: number): number {
    const whole = Math.ceil(bytes / alignment) * alignment
    let address = this.#free.take(whole)
    if (address === undefined) {
      this.#grow(whole)
      address = this.#free.take(whole)
    }
    if (address === undefined) throw this.#full(whole)
    this.#blocks.set(address, { bytes: whole, uses: 0, released: false })
    this.#usedBytes += whole
    return address
  }

  /** Gives a block back: at once, or as soon as nobody uses it any more. */
  release(address: number): void {
    const block = this.#blocks.get(address)
    if (block === undefined) return
    block.released = true
    this.#freeIfUnused(address, block)
  }

  /** Keeps a block where it is, also if it is released meanwhile, until `letGo` was called as often. */
  use(address: number): void {
    const block = this.#blocks.get(address)
    if (block !== undefined) block.uses++
  }

  letGo(address: number): void {
    const block = this.#blocks.get(address)
    if (block === undefined) return
    block.uses--
    this.#freeIfUnused(address, block)
  }

  /** Whether a view lies in this memory. */
  contains({ buffer }: ArrayBufferView): boolean {
    // Whoever else grows the memory gives it a buffer that is not known here yet.
    this.#buffers.add(this.memory.buffer)
    return this.#buffers.has(buffer)
  }

  /** The block that `view` starts with and does not exceed; undefined where there is none, or it was released. */
  blockOf(view: ArrayBufferView): number | undefined {
    if (!this.contains(view)) return undefined
    const block = this.#blocks.get(view.byteOffset)
    return block !== undefined && !block.released && view.byteLength <= block.bytes
      ? view.byteOffset
      : undefined
  }

  floats(address: number, length: number): Float32Array {
    const { buffer } = this.memory
    this.#buffers.add(buffer)
    return new Float32Array(buffer, address, length)
  }

  #freeIfUnused(address: number, { bytes, uses, released }: Block): void {
    if (!released || uses > 0) return
    this.#blocks.delete(address)
    this.#free.give(address, address + bytes)
    this.#usedBytes -= bytes
  }

  /** Makes room for `bytes` at the end of the memory; others may have grown it too, for themselves. */
  #grow(bytes: number): void {
    const needed = Math.ceil(bytes / pageBytes)
    const room = this.#maxPages - this.memory.buffer.byteLength / pageBytes
    if (needed > room) throw this.#full(bytes)
    const pages = Math.min(room, Math.max(needed, growthPages))
    let before: number
    try {
      before = this.memory.grow(pages)
    } catch (cause) {
      throw this.#full(bytes, { cause })
    }
    this.#free.give(before * pageBytes, (before + pages) * pageBytes)
  }

  #full(wantedBytes: number, options?: ErrorOptions): Error {
    return aggregatorError(
      { code: 'AGGREGATOR_MEMORY_FULL', wantedBytes, usedBytes: this.#usedBytes },
      options,
    )
  }
}
