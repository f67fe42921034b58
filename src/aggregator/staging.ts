/**
 * Puts the vectors of one run where threads can read them. What was allocated lies there already; what is in ordinary
 * arrays is copied, window by window, while the threads work on the window before.
 */
import type { Arena } from './arena.ts'

/** Coordinates from..to-1, whole stripes but for the last. Two windows are under way at a time, one in each slot. */
export interface Window {
  readonly from: number
  readonly to: number
  readonly slot: 0 | 1
}

/** One vector or bitmap; says where in shared memory a window of it lies, and puts it there. */
export interface Row {
  placeOf(window: Window): number
}

export interface StagingOptions {
  /** Coordinates in the longest window. */
  readonly windowLength: number
  /** Whether copies are kept for the passes to come, whole; else each takes the memory of two windows. */
  readonly keep: boolean
}

export class Staging {
  readonly #arena: Arena
  readonly #options: StagingOptions
  readonly #allocated: number[] = []

  constructor(arena: Arena, options: StagingOptions) {
    this.#arena = arena
    this.#options = options
  }

  rowOf(vector: Float32Array): Row {
    if (!this.#arena.contains(vector)) return this.#copied(vector, 1)
    return { placeOf: ({ from }) => vector.byteOffset + from * Float32Array.BYTES_PER_ELEMENT }
  }

  /** A bitmap, eight coordinates in a byte. */
  bitmapOf(bitmap: Uint8Array): Row {
    return this.#copied(bitmap, 8)
  }

  /** Memory until `release`. */
  allocate(bytes: number): number {
    const address = this.#arena.allocate(bytes)
    this.#allocated.push(address)
    return address
  }

  /** Gives everything back. Only when no thread reads or writes it any more. */
  release(): void {
    for (const address of this.#allocated.splice(0)) this.#arena.release(address)
  }

  #copied(row: Float32Array | Uint8Array, coordinatesPerElement: number): Row {
    const bytes = new Uint8Array(row.buffer, row.byteOffset, row.byteLength)
    const offsetOf = (coordinate: number) =>
      Math.ceil(coordinate / coordinatesPerElement) * row.BYTES_PER_ELEMENT
    return this.#options.keep ? this.#kept(bytes, offsetOf) : this.#slotted(bytes, offsetOf)
  }

  #kept(bytes: Uint8Array, offsetOf: (coordinate: number) => number): Row {
    const address = this.allocate(bytes.length)
    // The first pass visits windows in order: what lies before this was copied.
    let copied = 0
    return {
      placeOf: ({ from, to }) => {
        if (to > copied) this.#copy(bytes, offsetOf(from), offsetOf(to), address + offsetOf(from))
        copied = Math.max(copied, to)
        return address + offsetOf(from)
      },
    }
  }

  #slotted(bytes: Uint8Array, offsetOf: (coordinate: number) => number): Row {
    const length = Math.min(bytes.length, offsetOf(this.#options.windowLength))
    const slots = [this.allocate(length), this.allocate(length)] as const
    return {
      placeOf: ({ from, to, slot }) => {
        this.#copy(bytes, offsetOf(from), offsetOf(to), slots[slot])
        return slots[slot]
      },
    }
  }

  #copy(bytes: Uint8Array, from: number, to: number, address: number): void {
    new Uint8Array(this.#arena.memory.buffer, address, to - from).set(bytes.subarray(from, to))
  }
}
