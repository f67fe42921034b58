/** Memory that one instance of the kernels uses for itself, inside the memory that it shares with others. */
import type { WasmMemory } from '../../../util/webassembly.ts'

const pageBytes = 65_536
/** A cache line. */
const lineBytes = 64

export class Workspace {
  readonly memory: WasmMemory
  #floats: Float32Array
  #addresses: Uint32Array
  #numbers: Float64Array
  /** What was reserved last, and how much of it is taken. */
  #start = 0
  #taken = 0
  #size = 0

  constructor(memory: WasmMemory) {
    this.memory = memory
    this.#floats = new Float32Array(memory.buffer)
    this.#addresses = new Uint32Array(memory.buffer)
    this.#numbers = new Float64Array(memory.buffer)
  }

  /** All that was taken may be taken again. */
  reset(): void {
    this.#taken = 0
  }

  /**
   * The address of `bytes` bytes, a multiple of 64. What does not fit goes into new pages, at least twice as many as
   * before: what was reserved in all is bounded by four times the most that was ever in use.
   */
  take(bytes: number): number {
    const whole = Math.ceil(bytes / lineBytes) * lineBytes
    if (this.#taken + whole > this.#size) this.#reserve(Math.max(whole, 2 * this.#size))
    const address = this.#start + this.#taken
    this.#taken += whole
    return address
  }

  /** Rows of `bytes` bytes each: the distance from one to the next that keeps them in different sets of a cache. */
  static strideOf(bytes: number): number {
    const lines = Math.ceil(bytes / lineBytes)
    return (lines | 1) * lineBytes
  }

  get floats(): Float32Array {
    return this.#floats
  }

  /** Writes a table of 32-bit addresses to `table`. */
  setAddresses(table: number, addresses: Iterable<number>): void {
    let index = table / Uint32Array.BYTES_PER_ELEMENT
    for (const address of addresses) this.#addresses[index++] = address
  }

  /** The address at `index` of a table. */
  addressAt(table: number, index: number): number {
    return this.#addresses[table / Uint32Array.BYTES_PER_ELEMENT + index]!
  }

  setNumbers(address: number, numbers: Float64Array): void {
    this.#numbers.set(numbers, address / Float64Array.BYTES_PER_ELEMENT)
  }

  getNumbers(address: number, numbers: Float64Array): void {
    const index = address / Float64Array.BYTES_PER_ELEMENT
    numbers.set(this.#numbers.subarray(index, index + numbers.length))
  }

  /** Memory only grows at its end, so other threads may grow it at the same time. */
  #reserve(bytes: number): void {
    const pages = Math.ceil(bytes / pageBytes)
    this.#start = this.memory.grow(pages) * pageBytes
    this.#size = pages * pageBytes
    this.#taken = 0
    this.#floats = new Float32Array(this.memory.buffer)
    this.#addresses = new Uint32Array(this.memory.buffer)
    this.#numbers = new Float64Array(this.memory.buffer)
  }
}
