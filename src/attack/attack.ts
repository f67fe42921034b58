/** What an attack is. Types only; `attacks.ts` is the table from name to attack. */
import type { Random } from '../util/prng.ts'

/** What an attacker knows when it forges a vector. */
export interface Sight {
  /** The honest vectors it has seen of this exchange, [h][d], sorted by peer id; at least one. Not to be written to. */
  readonly honest: readonly Float32Array[]
  readonly random: Random
}

/** The vector that an attacker says instead of its own, of the same length. Pure: the same sight, the same vector. */
export type VectorAttack = (sight: Sight) => Float32Array

/** Mean of the vectors, per coordinate, in float64. */
export function mean(vectors: readonly Float32Array[]): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] ?? 0) + (vector[k] ?? 0)
  return sum.map((x) => x / vectors.length)
}

/** Standard deviation of the vectors, per coordinate, dividing by h - ddof; 0 where only one vector was seen. */
export function deviation(
  vectors: readonly Float32Array[],
  center: Float64Array,
  ddof: number,
): Float64Array {
  const squares = new Float64Array(center.length)
  for (const vector of vectors)
    for (let k = 0; k < squares.length; k++) {
      const apart = (vector[k] ?? 0) - (center[k] ?? 0)
      squares[k] = (squares[k] ?? 0) + apart * apart
    }
  const freedom = Math.max(1, vectors.length - ddof)
  return squares.map((square) => Math.sqrt(square / freedom))
}
