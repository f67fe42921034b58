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

  /** The address of `bytes` bytes in new pages, which are never taken again. */
  keep(bytes: number): number {
    const address = this.memory.grow(Math.ceil(bytes / pageBytes)) * pageBytes
    this.#look()
    return address
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

  /** Writes a table of 32-bit addresses, or of other whole numbers, to `table`. */
  setAddresses(table: number, addresses: ArrayLike<number>): void {
    this.#addresses.set(addresses, table / Uint32Array.BYTES_PER_ELEMENT)
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
    this.#start = this.keep(bytes)
    this.#size = Math.ceil(bytes / pageBytes) * pageBytes
    this.#taken = 0
  }

  /** A memory that has grown has another buffer. */
  #look(): void {
    this.#floats = new Float32Array(this.memory.buffer)
    this.#addresses = new Uint32Array(this.memory.buffer)
    this.#numbers = new Float64Array(this.memory.buffer)
  }
}
