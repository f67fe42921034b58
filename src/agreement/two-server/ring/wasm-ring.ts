/** Z_2^64 in WebAssembly, stripe by stripe: what is worked on lies in a memory of its own, some MiB whatever d is. */
import { readBuilt } from '../../../util/asset.ts'
import { compileModule, createMemory, exportsOver, type WasmMemory } from '../../../util/webassembly.ts'
import { lengthOf, type Ring, type Words } from './ring.ts'

/** Addresses, lengths, strides and steps are in bytes, counts in rows, blocks or words. */
interface Binary {
  expand(key: number, stream: number, counter: number, blocks: number, out: number): void
  add(a: number, b: number, bytes: number, out: number): void
  subtract(a: number, b: number, bytes: number, out: number): void
  multiply(a: number, b: number, bytes: number, out: number): void
  addProducts(
    a: number,
    rows: number,
    b: number,
    columns: number,
    bytes: number,
    stride: number,
    sums: number,
  ): void
  addWeighted(weights: number, rows: number, count: number, bytes: number, stride: number, out: number): void
  spread(signs: number, words: number, out: number): void
  split(elements: number, bytes: number): void
  addSigned(
    signs: number,
    rows: number,
    count: number,
    bytes: number,
    stride: number,
    sums: number,
    step: number,
  ): void
}

/** Elements of a stripe: a multiple of 16, so that a word of signs is never cut. A row of it is 16 KiB. */
const stripeLength = 2048
const stripeBytes = 8 * stripeLength
const blockBytes = 64
/** What 32-bit addresses reach. */
const mostPages = 65_536
const pageBytes = 65_536

/** Undefined where WebAssembly SIMD is missing, or the binary was not built. */
export function wasmRing(): Ring | undefined {
  const bytes = readBuilt(import.meta.url, 'ring.wasm')
  const module = bytes && compileModule(bytes)
  if (module === undefined) return undefined
  const memory = createMemory(1, mostPages)
  return new WasmRing(exportsOver(module, memory) as Binary, memory)
}

class WasmRing implements Ring {
  readonly name = 'wasm'
  readonly #binary: Binary
  readonly #memory: WasmMemory

  constructor(binary: Binary, memory: WasmMemory) {
    this.#binary = binary
    this.#memory = memory
  }

  expand(seed: Uint8Array, stream: number, length: number): Words {
    const out = new Uint32Array(2 * length)
    const take = this.#room()
    const [key, at] = [this.#putKey(seed, take), take(stripeBytes)]
    for (const { from, to } of stripes(length)) {
      const blocks = Math.ceil((8 * (to - from)) / blockBytes)
      this.#binary.expand(key, stream, (8 * from) / blockBytes, blocks, at)
      out.set(this.#at(at, to - from), 2 * from)
    }
    return out
  }

  add(a: Words, b: Words): Words {
    return this.#each('add', a, b)
  }

  subtract(a: Words, b: Words): Words {
    return this.#each('subtract', a, b)
  }

  multiply(a: Words, b: Words): Words {
    return this.#each('multiply', a, b)
  }

  #each(operation: 'add' | 'subtract' | 'multiply', a: Words, b: Words): Words {
    const out = new Uint32Array(a.length)
    const take = this.#room()
    const [left, right] = [take(stripeBytes), take(stripeBytes)]
    for (const stripe of stripes(lengthOf(a))) {
      const bytes = this.#put([a], stripe, left)
      this.#put([b], stripe, right)
      this.#binary[operation](left, right, bytes, left)
      out.set(this.#at(left, bytes / 8), 2 * stripe.from)
    }
    return out
  }

  products(a: readonly Words[], b: readonly Words[]): Words {
    const count = a.length * b.length
    const take = this.#room()
    const [left, right] = [take(a.length * stripeBytes), take(b.length * stripeBytes)]
    const sums = take(8 * count)
    this.#at(sums, count).fill(0)
    for (const stripe of stripes(lengthOf(a[0]))) {
      const bytes = this.#put(a, stripe, left)
      this.#put(b, stripe, right)
      this.#binary.addProducts(left, a.length, right, b.length, bytes, stripeBytes, sums)
    }
    return this.#at(sums, count).slice()
  }

  weigh(weights: Words, rows: readonly Words[]): Words {
    const result = new Uint32Array(rows[0]?.length ?? 0)
    const take = this.#room()
    const [factors, at] = [take(weights.byteLength), take(rows.length * stripeBytes)]
    const out = take(stripeBytes)
    this.#at(factors, rows.length).set(weights)
    for (const stripe of stripes(lengthOf(result))) {
      const bytes = this.#put(rows, stripe, at)
      this.#at(out, bytes / 8).fill(0)
      this.#binary.addWeighted(factors, at, rows.length, bytes, stripeBytes, out)
      result.set(this.#at(out, bytes / 8), 2 * stripe.from)
    }
    return result
  }

  project(seed: Uint8Array, count: number, rows: readonly Words[]): Words[] {
    const take = this.#room()
    const [key, at] = [this.#putKey(seed, take), take(rows.length * stripeBytes)]
    const [signs, factors] = [take(stripeLength / 4), take(2 * stripeLength)]
    const step = 8 * count
    const sums = take(rows.length * step)
    this.#at(sums, rows.length * count).fill(0)
    for (const stripe of stripes(lengthOf(rows[0]))) {
      // Read two elements at a time: beyond an odd end there are zeros.
      this.#at(at, rows.length * stripeLength).fill(0)
      const bytes = this.#put(rows, stripe, at)
      this.#binary.split(at, rows.length * stripeBytes)
      const blocks = Math.ceil(bytes / 8 / 4 / blockBytes)
      for (let j = 0; j < count; j++) {
        this.#binary.expand(key, j, stripe.from / 4 / blockBytes, blocks, signs)
        this.#binary.spread(signs, Math.ceil(bytes / 8 / 16), factors)
        const even = Math.ceil(bytes / 16) * 16
        this.#binary.addSigned(factors, at, rows.length, even, stripeBytes, sums + 8 * j, step)
      }
    }
    return rows.map((_, i) => this.#at(sums + i * step, count).slice())
  }

  /** Takes regions of the memory from its beginning on, one behind the other, and has it grow where they do not fit. */
  #room(): (bytes: number) => number {
    let end = 0
    return (bytes) => {
      const at = end
      end += Math.ceil(bytes / blockBytes) * blockBytes
      const missing = end - this.#memory.buffer.byteLength
      if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes))
      return at
    }
  }

  #at(address: number, elements: number): Words {
    return new Uint32Array(this.#memory.buffer, address, 2 * elements)
  }

  #putKey(seed: Uint8Array, take: (bytes: number) => number): number {
    const key = take(seed.byteLength)
    new Uint8Array(this.#memory.buffer, key).set(seed)
    return key
  }

  /** Copies a stripe of the rows there, one every `stripeBytes`; how many bytes of each. */
  #put(rows: readonly Words[], { from, to }: Stripe, address: number): number {
    for (const [i, row] of rows.entries())
      this.#at(address + i * stripeBytes, to - from).set(row.subarray(2 * from, 2 * to))
    return 8 * (to - from)
  }
}

interface Stripe {
  readonly from: number
  readonly to: number
}

function* stripes(length: number): Generator<Stripe, void, undefined> {
  for (let from = 0; from < length; from += stripeLength)
    yield { from, to: Math.min(from + stripeLength, length) }
}
