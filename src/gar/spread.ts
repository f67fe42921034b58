/** How far apart vectors are. All in float64; inputs are checked as a rule's are. */
import { garError } from './errors.ts'
import { checkFinite, checkVectors } from './input.ts'
import { rangesOf } from './kernels/ranges.ts'
import { reduced } from './run.ts'

/**
 * The radius of the least ball around `center` [d] that holds `keep` of `vectors` [n][d]: the keep-th smallest L2
 * distance. O(n d).
 *
 * @throws GAR_BAD_KEEP unless 1 <= keep <= n, and what `checkVectors` throws
 */
export function radius(center: Float32Array, vectors: readonly Float32Array[], keep: number): number {
  checkVectors([center, ...vectors])
  const n = vectors.length
  if (!Number.isInteger(keep) || keep < 1 || keep > n) throw garError({ code: 'GAR_BAD_KEEP', keep, n })
  const point = { kind: 'weights', weights: Float64Array.of(1, ...new Float64Array(n)) } as const
  const [, ...squared] = reduced({ kind: 'squared-distances-to', point }, { vectors: [center, ...vectors] })
  return Math.sqrt(Float64Array.from(squared).sort()[keep - 1] as number)
}

/** The largest L2 distance between two of `vectors`; 0 for one. O(n^2 d). */
export function diameter(vectors: readonly Float32Array[]): number {
  checkVectors(vectors)
  const distances = reduced({ kind: 'squared-distances' }, { vectors })
  return Math.sqrt(distances.reduce((most, squared) => Math.max(most, squared), 0))
}

/** The greatest less the least value of each coordinate: [d]. O(n d). */
export function ranges(vectors: readonly Float32Array[]): Float64Array {
  checkVectors(vectors)
  checkFinite(vectors)
  return rangesOf(vectors)
}

/**
 * The diagonal of the least box that holds `vectors`: the L2 norm of `ranges`. A trimmed mean contracts it, where the
 * diameter may grow a little. O(n d).
 */
export function boxDiagonal(vectors: readonly Float32Array[]): number {
  return Math.sqrt(ranges(vectors).reduce((sum, range) => sum + range * range, 0))
}
