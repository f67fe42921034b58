/**
 * How large a shared vector may be, and how the servers see to it without seeing the vector.
 *
 * Why at all: in Z_2^64 a liar adds 2^63 to a coordinate and no distance changes, since (x + 2^63 - y)^2 = (x - y)^2. So a
 * vector is accepted only if random signed sums of its coordinates lie in [-B, B), which its worker proves bit by bit.
 *
 * What it proves of a vector x of integers, taken from -2^63 to 2^63, k sums each within [-B, B):
 * 1. |x_j| < 2B for all j, except with probability 2^-k (modular Johnson-Lindenstrauss: Gentry, Halevi, Lyubashevsky,
 *    "Practical Non-interactive Publicly Verifiable Secret Sharing with Thousands of Parties", EUROCRYPT 2022). If some
 *    |x_j| >= 2B, fix the other signs: of the sum without x_j, and those with and without, no two that differ by x_j fit, and
 *    neither 0 nor the pair -1, 1 has a probability above 1/2.
 * 2. Then the sums are those of integers: d 2B < 2^63. Such a sum y has E y^2 = |x|^2 / 2 and E y^4 <= 3 (E y^2)^2, so y^2
 *    exceeds |x|^2 / 32 with probability at least (15/16)^2 / 3 (Paley, Zygmund). Hence |x|^2 <= 32 B^2, except with
 *    probability (1 - 0.293)^k: 2^-40 for k = 80.
 * 3. Then the squared distance of two such vectors is at most 128 B^2 < 2^63: no distance wraps.
 * An honest vector passes: its sums are subgaussian, P(|y| > 6 |x|) <= 2 exp(-36), and its worker clips it to B / 6.
 */
import { twoServerError } from './errors.ts'

/** k: signed sums of each vector. */
export const sumsChecked = 80

/** How real vectors become vectors of the ring. */
export interface FixedPoint {
  /** Honest workers scale longer vectors down to this L2 norm. */
  readonly clipNorm: number
  readonly fractionBits: number
}

/** MNIST gradients have norms of a few units; coordinates are exact to 2e-6. */
export const defaultFixedPoint: FixedPoint = { clipNorm: 64, fractionBits: 18 }

/** What follows for vectors of a dimension. */
export interface Range {
  /** Bits of a signed sum: B = 2^(bits-1). */
  readonly bits: number
  /** The largest L2 norm that a vector can have that was accepted, as a real number. */
  readonly acceptedNorm: number
}

/** 128 B^2 < 2^63. */
const mostBits = 28
const tail = 6

/** @throws AGREEMENT_TWO_SERVER_OVERFLOW */
export function rangeOf({ clipNorm, fractionBits }: FixedPoint, dimension: number): Range {
  // Rounding moves each coordinate by half a unit at most.
  const rounding = Math.sqrt(dimension) / 2
  const scale = 2 ** fractionBits
  const bits = Math.ceil(Math.log2(tail * (clipNorm * scale + rounding))) + 1
  if (!(clipNorm > 0) || bits > mostBits || dimension > 2 ** (63 - bits)) {
    const largestClipNorm = Math.max(0, (2 ** (mostBits - 1) / tail - rounding) / scale)
    const code = 'AGREEMENT_TWO_SERVER_OVERFLOW'
    throw twoServerError({ code, clipNorm, fractionBits, dimension, largestClipNorm })
  }
  return { bits, acceptedNorm: Math.sqrt(32) * 2 ** (bits - 1 - fractionBits) }
}

/** `vector`, or as much of it as has the norm `clipNorm`. */
export function clipped(vector: Float32Array, clipNorm: number): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))
  return norm <= clipNorm ? vector : vector.map((x) => (x * clipNorm) / norm)
}
