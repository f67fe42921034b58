/**
 * What a contributor says of each column when it is aggregated: two numbers that let all members check a vector of which they
 * hold no input. The aggregate v is a fixed point of CenteredClip, so the clipped differences x_i - v sum to zero, and so do
 * their products with any direction; with one that was drawn after v was fixed they hardly do otherwise.
 */
import { clipFactor, distanceOf } from './centered-clip.ts'
import { type PublicRandomness, publicChance } from './public-randomness.ts'

/** What one contributor says: [2c], for c columns. The products first, then the distances. */
export type Scalars = Float64Array

/** A direction for each column, each coordinate uniform in [-1, 1): no two coordinates are ever likely to cancel. */
export function directionsOf(randomness: PublicRandomness, columns: readonly Float32Array[]): Float64Array[] {
  return columns.map(({ length }, j) => {
    const random = publicChance(randomness, 'direction', j)
    return Float64Array.from({ length }, () => 2 * random.uniform() - 1)
  })
}

/** For the parts of one gradient against the aggregated columns. */
export function scalarsOf(
  parts: readonly Float32Array[],
  columns: readonly Float32Array[],
  directions: readonly Float64Array[],
  tau: number,
): Scalars {
  const said = new Float64Array(2 * columns.length)
  for (const [j, column] of columns.entries()) {
    const [product, distance] = scalarOf(parts[j] ?? column, column, directions[j] ?? [], tau)
    said[j] = product
    said[columns.length + j] = distance
  }
  return said
}

/** <z, (x - v) min(1, tau / |x - v|)>, and |x - v|. */
export function scalarOf(
  part: Float32Array,
  column: Float32Array,
  direction: ArrayLike<number>,
  tau: number,
): readonly [product: number, distance: number] {
  const distance = distanceOf(part, column)
  let product = 0
  for (let k = 0; k < column.length; k++) product += (direction[k] ?? 0) * ((part[k] ?? 0) - (column[k] ?? 0))
  return [product * clipFactor(distance, tau), distance]
}

export interface ColumnLimits {
  readonly tau: number
  /** What the products of a column may sum to, for each contributor and unit of tau + |v|. */
  readonly tolerance: number
  /** Delta_max: the distance that most contributors must not exceed. */
  readonly delta: number
}

/** The columns that look wrong, from what all members know. */
export function suspectColumns(
  said: readonly Scalars[],
  columns: readonly Float32Array[],
  { tau, tolerance, delta }: ColumnLimits,
): readonly number[] {
  const count = columns.length
  return [...columns.keys()].filter((j) => {
    const sum = said.reduce((sum, scalars) => sum + (scalars[j] ?? 0), 0)
    const far = said.filter((scalars) => (scalars[count + j] ?? 0) > delta).length
    const size = distanceOf(columns[j] ?? [], new Float32Array(columns[j]?.length ?? 0))
    return Math.abs(sum) > tolerance * said.length * (tau + size) || 2 * far > said.length
  })
}
