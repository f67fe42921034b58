/** Z_2^64 in plain TypeScript, on 32-bit halves: slow, and what WebAssembly is held to. */
import { keystream } from './chacha20.ts'
import { lengthOf, type Ring, type Words } from './ring.ts'

export const referenceRing: Ring = {
  name: 'reference',
  expand: (seed, stream, length) => keystream(keyOf(seed), stream, 2 * length),
  add: (a, b) => each(a, (out, k) => addTo(out, k, low(b, k), high(b, k))),
  subtract: (a, b) => each(a, (out, k) => subtractFrom(out, k, low(b, k), high(b, k))),
  multiply: (a, b) => {
    const out = new Uint32Array(a.length)
    for (let k = 0; k < a.length; k += 2) addProduct(out, k, a, k, b, k)
    return out
  },
  products(a, b) {
    const out = new Uint32Array(2 * a.length * b.length)
    for (const [i, x] of a.entries())
      for (const [j, y] of b.entries())
        for (let k = 0; k < x.length; k += 2) addProduct(out, 2 * (i * b.length + j), x, k, y, k)
    return out
  },
  weigh(weights, rows) {
    const out = new Uint32Array(rows[0]?.length ?? 0)
    for (const [i, row] of rows.entries())
      for (let k = 0; k < out.length; k += 2) addProduct(out, k, weights, 2 * i, row, k)
    return out
  },
  project(seed, count, rows) {
    const key = keyOf(seed)
    const sums = rows.map(() => new Uint32Array(2 * count))
    for (let j = 0; j < count; j++) {
      const signs = keystream(key, j, Math.ceil(lengthOf(rows[0]) / 16))
      for (const [i, row] of rows.entries()) addSigned(sums[i] as Words, 2 * j, row, signs)
    }
    return sums
  },
}

/** A key's words, little-endian. */
function keyOf(seed: Uint8Array): Uint32Array {
  return new Uint32Array(seed.slice().buffer)
}

function addSigned(sums: Words, at: number, row: Words, signs: Uint32Array): void {
  for (let k = 0; k < row.length; k += 2) {
    const bits = ((signs[k >> 5] as number) >>> (k & 31)) & 3
    if (bits === 1) addTo(sums, at, low(row, k), high(row, k))
    if (bits === 2) subtractFrom(sums, at, low(row, k), high(row, k))
  }
}

/** A copy of `a` that `change` has been through, element by element. */
function each(a: Words, change: (out: Words, k: number) => void): Words {
  const out = a.slice()
  for (let k = 0; k < out.length; k += 2) change(out, k)
  return out
}

function low(x: Words, k: number): number {
  return x[k] as number
}

function high(x: Words, k: number): number {
  return x[k + 1] as number
}

function addTo(out: Words, k: number, lower: number, upper: number): void {
  const sum = low(out, k) + lower
  out[k] = sum
  out[k + 1] = high(out, k) + upper + (sum > 0xffffffff ? 1 : 0)
}

function subtractFrom(out: Words, k: number, lower: number, upper: number): void {
  const difference = low(out, k) - lower
  out[k] = difference
  out[k + 1] = high(out, k) - upper - (difference < 0 ? 1 : 0)
}

/** out_k += x_i y_j mod 2^64: the high halves meet only the other's low one. */
function addProduct(out: Words, k: number, x: Words, i: number, y: Words, j: number): void {
  const [a, b] = [low(x, i), low(y, j)]
  const crossed = Math.imul(high(x, i), b) + Math.imul(a, high(y, j))
  addTo(out, k, Math.imul(a, b) >>> 0, (upperHalf(a, b) + crossed) >>> 0)
}

/** The high 32 bits of the product of two 32-bit numbers, by way of their halves. */
function upperHalf(a: number, b: number): number {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16]
  const middle = a1 * b0 + ((a0 * b0) >>> 16)
  const lower = a0 * b1 + (middle & 0xffff)
  return a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(lower / 0x10000)
}
