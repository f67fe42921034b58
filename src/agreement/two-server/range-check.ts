/**
 * The range check on shares (range.ts says what it proves): a worker's side, and what each server computes of its half.
 *
 * The worker shares the bits b of its signed sums. The servers open b - v for a random v that the dealer shared with v^2, so
 * that each has a share of b^2 = (b - v)^2 + 2 (b - v) v + v^2. Two things must be zero, for every sum and every bit:
 *
 *     sum_l 2^l b_l - B - y        the bits are those of the sum, which both servers compute on their shares of x
 *     b^2 - b                      they are bits: in Z_2^64 only 0 and 1 are their own squares, since b and b - 1 are coprime
 *
 * A server's share of zeros is the negative of the other's, so digests of the two show whether all are zero, and nothing else.
 */
import { sha256 } from '../../util/digest.ts'
import { encode } from './fixed-point.ts'
import { sumsChecked } from './range.ts'
import { bytesOf, lengthOf, type Ring, type Words } from './ring/ring.ts'

/** Elements of a proof. */
export function proofLength(bits: number): number {
  return sumsChecked * bits
}

/** The bits of the sums of `vector` with the signs of `seed`: [80 * bits], each sum's from the lowest on. */
export function bitsOfSums(ring: Ring, vector: Words, seed: Uint8Array, bits: number): Words {
  const [sums = new Uint32Array()] = ring.project(seed, sumsChecked, [vector])
  const proof = new Uint32Array(2 * proofLength(bits))
  const half = 2 ** (bits - 1)
  for (let j = 0; j < sumsChecked; j++) {
    // All of an honest worker's sums fit; of one that does not, these are the wrong bits.
    const shifted = (sums[2 * j] as number) + half
    for (let l = 0; l < bits; l++) proof[2 * (j * bits + l)] = (shifted >>> l) & 1
  }
  return proof
}

/** What one server has of one worker. */
export interface CheckedHalf {
  /** Its share of the signed sums: [80]. */
  readonly sums: Words
  /** Its share of the bits: [80 * bits]. */
  readonly proof: Words
  /** Its share of v, and of the squares of v. */
  readonly mask: Words
  readonly squares: Words
  /** b - v, which both have. */
  readonly opened: Words
}

/** Its share of what must be zero. What both know is added by one of them, `first`. */
export function residual(ring: Ring, half: CheckedHalf, bits: number, isFirst: boolean): Words {
  const { sums, proof, mask, squares, opened } = half
  const known = isFirst ? encode(new Float64Array(sumsChecked).fill(2 ** (bits - 1)), 0) : zeros(sumsChecked)
  const linear = ring.subtract(ring.subtract(valuesOf(ring, proof, bits), known), sums)
  const crossed = ring.multiply(opened, mask)
  const shared = ring.add(ring.add(crossed, crossed), squares)
  const square = isFirst ? ring.add(shared, ring.multiply(opened, opened)) : shared
  const quadratic = ring.subtract(square, proof)
  const all = new Uint32Array(linear.length + quadratic.length)
  all.set(linear)
  all.set(quadratic, linear.length)
  return all
}

/** Equal for two shares of zeros: the first server's, and the second's with the other sign. */
export function digestOf(ring: Ring, residual: Words, isFirst: boolean): Uint8Array {
  return sha256(bytesOf(isFirst ? residual : ring.subtract(zeros(lengthOf(residual)), residual)))
}

/** sum_l 2^l b_l for each run of `bits`. */
function valuesOf(ring: Ring, proof: Words, bits: number): Words {
  const powers = encode(
    Float64Array.from({ length: bits }, (_, l) => 2 ** l),
    0,
  )
  const runs = Array.from({ length: sumsChecked }, (_, j) => proof.subarray(2 * j * bits, 2 * (j + 1) * bits))
  return ring.products(runs, [powers])
}

function zeros(length: number): Words {
  return new Uint32Array(2 * length)
}
