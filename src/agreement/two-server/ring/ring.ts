/**
 * Z_2^64, in which secrets are shared: what each server computes on its shares. The contract; two things keep it, to the
 * bit: WebAssembly (wasm-ring.ts) and plain TypeScript (reference-ring.ts), which is used where the other was not built.
 */

/**
 * A vector of the ring: of element k the low 32 bits at 2k and the high 32 bits at 2k + 1. These are the bytes of
 * little-endian 64-bit integers, so a payload is a vector without a copy.
 */
export type Words = Uint32Array

/** Pure: arguments are never written to, and every result is a vector of its own. Vectors of one call are equally long. */
export interface Ring {
  readonly name: 'wasm' | 'reference'
  /**
   * `length` uniform elements: the keystream of ChaCha20 (RFC 8439) under `seed`, 32 bytes, with the nonce 0, 0, `stream`.
   * Whoever has not the seed cannot tell them from chance.
   */
  expand(seed: Uint8Array, stream: number, length: number): Words
  /** Element by element, as the two below. */
  add(a: Words, b: Words): Words
  subtract(a: Words, b: Words): Words
  multiply(a: Words, b: Words): Words
  /** a_i.b_j for all pairs: [n * m], row by row. O(n m d). */
  products(a: readonly Words[], b: readonly Words[]): Words
  /** sum w_i x_i: [d] from n weights and n rows. O(n d). */
  weigh(weights: Words, rows: readonly Words[]): Words
  /**
   * Of each of n rows the `count` sums of its coordinates with random signs: [n][count]. Each sign is 0 with probability 1/2
   * and -1 or 1 with 1/4; those of sum j come from stream j of `seed`, two bits each, 01 for 1 and 10 for -1, lowest first.
   * O(n count d).
   */
  project(seed: Uint8Array, count: number, rows: readonly Words[]): Words[]
}

/** Bytes of a seed: a key of ChaCha20. */
export const seedBytes = 32

/** A payload's numbers as they lie there. */
export function wordsOf(elements: BigUint64Array): Words {
  return new Uint32Array(elements.buffer, elements.byteOffset, 2 * elements.length)
}

/** The bytes of a vector, as they are said. */
export function bytesOf(words: Words): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
}

/** Elements of a vector. */
export function lengthOf(words: Words | undefined): number {
  return (words?.length ?? 0) / 2
}
