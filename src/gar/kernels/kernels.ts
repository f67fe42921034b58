/**
 * The contract of the kernels: everything that touches coordinates. Two things implement it, the reference in TypeScript
 * and WebAssembly SIMD, with the same bits: the order of every float64 addition is part of the contract.
 */
import type { Combination, Mix, Reduction } from '../gar.ts'

/**
 * Coordinates that are visited together. Sums over coordinates are taken block by block, each block's sum is added to
 * the stripe's, each stripe's to the total: so they do not depend on who computed which stripe.
 */
export const blockLength = 1024
/** Coordinates whose sums one thread takes; a multiple of `blockLength`. */
export const stripeLength = 8 * blockLength

export interface Rows {
  /** [n][d] */
  readonly vectors: readonly Float32Array[]
  /** What the rows are before they are combined, applied in this order, one block at a time. */
  readonly mixes: readonly Mix[]
  /** Bit k % 8 of byte k / 8 of `valid[i]` says whether coordinate k of vector i is there. Only for combinations `*-of-valid`. */
  readonly valid?: readonly Uint8Array[] | undefined
  /** True where an earlier pass has seen that all values are finite: they need not be looked at again. */
  readonly checked?: boolean
}

export interface Kernels {
  readonly name: 'simd' | 'reference'
  /**
   * Adds to `sums` what the coordinates from..to-1 contribute; `from` is a multiple of `blockLength`. Of distances between
   * pairs, only those with i < j are written.
   *
   * In a block, coordinate k (counted from the block's start) goes to sum k % 4, those after the last whole four to sum
   * 0; the block's sum is s0 + s1 + (s2 + s3). Differences and squares are float64.
   *
   * Returns false where a value of an input in that range is not finite; then what was added means nothing.
   */
  reduce(reduction: Reduction, rows: Rows, from: number, to: number, sums: Float64Array): boolean
  /**
   * Writes the coordinates from..to-1 to result[from..to-1]; `from` is a multiple of `blockLength`.
   *
   * Sums start at +0 and run in float64 over the rows (or ranks) in their order; a mean is the sum times 1/count, rounded
   * once to float32. So no mean of zeros is -0; one of values below 0 is where it underflows. Sorting has -0 below 0.
   *
   * Returns false where a value of an input in that range is not finite; then what was written means nothing.
   */
  combine(combination: Combination, rows: Rows, from: number, to: number, result: Float32Array): boolean
}
