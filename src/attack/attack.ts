/** What an attack on vectors is, and the moments of the honest ones. `attacks.ts` is the table from name to attack. */
import type { Random } from '../util/prng.ts'

/** What an attacker knows when it forges a vector. */
export interface Sight {
  /** The honest vectors it has seen of this exchange, [h][d], sorted by peer id; at least one. Not to be written to. */
  readonly honest: readonly Float32Array[]
  /** What it would say if it were honest: [d]. Not to be written to. */
  readonly own: Float32Array
  /** What the attackers would say if they were honest, [1..liars][d], as far as this one knows: `own` at least. */
  readonly colluding: readonly Float32Array[]
  /** How many attackers there are, this one included; most attacks have all of them say one vector. */
  readonly liars: number
  /** Which of them this one is, from 0; 0 where one vector is forged for all. */
  readonly rank: number
  /** The rule that what is said will meet: n vectors to one. It throws where it does not accept its input. */
  readonly aggregate: Aggregate
  readonly random: Random
}

export type Vector = Float32Array | Float64Array

/** A rule, as attacks ask it: forged vectors that have not been rounded yet may be among the n. */
export type Aggregate = (vectors: readonly Vector[]) => ArrayLike<number>

/** A rule on float32 as one that attacks can ask: what they say will be rounded on its way, so it is rounded here. */
export function asAsked(rule: (vectors: readonly Float32Array[]) => Float32Array): Aggregate {
  return (vectors) => rule(vectors.map((one) => (one instanceof Float32Array ? one : Float32Array.from(one))))
}

/**
 * The vector that an attacker says instead of its own, of the same length. The same sight, the same vector, unless the
 * attack says that it learns from exchange to exchange: then it keeps what it learnt in its closure.
 */
export type VectorAttack = (sight: Sight) => Float32Array

/** As `VectorAttack`, for each receiver another one: `receiver` is what that one said. */
export type PersonalAttack = (sight: Sight, receiver: Float32Array) => Float32Array

/** Coordinates at a time: their sums stay in the first cache while all vectors are added. */
const blockLength = 1024

/** Mean of the vectors, per coordinate, in float64. */
export function mean(vectors: readonly Vector[]): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0)
  for (let from = 0; from < sum.length; from += blockLength) {
    const to = Math.min(from + blockLength, sum.length)
    for (const vector of vectors)
      for (let k = from; k < to; k++) sum[k] = (sum[k] as number) + (vector[k] as number)
    for (let k = from; k < to; k++) sum[k] = (sum[k] as number) / vectors.length
  }
  return sum
}

/** Standard deviation of the vectors, per coordinate, dividing by h - ddof; 0 where only one vector was seen. */
export function deviation(
  vectors: readonly Float32Array[],
  center: Float64Array,
  ddof: number,
): Float64Array {
  const squares = new Float64Array(center.length)
  const freedom = Math.max(1, vectors.length - ddof)
  for (let from = 0; from < squares.length; from += blockLength) {
    const to = Math.min(from + blockLength, squares.length)
    for (const vector of vectors)
      for (let k = from; k < to; k++) {
        const apart = (vector[k] as number) - (center[k] as number)
        squares[k] = (squares[k] as number) + apart * apart
      }
    for (let k = from; k < to; k++) squares[k] = Math.sqrt((squares[k] as number) / freedom)
  }
  return squares
}

/** from + factor * direction, per coordinate. */
export function along(from: Float64Array, direction: Float64Array, factor: number): Float64Array {
  const result = new Float64Array(from.length)
  for (let k = 0; k < result.length; k++) result[k] = (from[k] as number) + factor * (direction[k] as number)
  return result
}

/** |a - b|^2, in float64. */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) {
    const apart = (a[k] ?? 0) - (b[k] ?? 0)
    sum += apart * apart
  }
  return sum
}

/** |a|, in float64. */
export function norm(a: ArrayLike<number>): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += (a[k] ?? 0) ** 2
  return Math.sqrt(sum)
}
