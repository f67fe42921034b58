/**
 * SMEA as byzfl computes it: each subset is judged by one power step from a drawn direction, so which one wins is partly
 * chance. Here to repeat published runs; use `smea`.
 */
import { garError } from './errors.ts'
import type { Projection, Rule } from './gar.ts'
import { centeredGram, dot, type Matrix, submatrix, times } from './gram.ts'
import { subsetsOf } from './subset-search.ts'

/**
 * The mean of the n-f inputs of least judged spread, one direction a subset, in lexicographic order. O(n^2 d + C(n, f) (d n + n^2)).
 *
 * @throws GAR_NOT_GIVEN where there is no chance to draw from
 */
export const smeaPower1: Rule = function* ({ n, f, project }) {
  if (project === undefined) throw garError({ code: 'GAR_NOT_GIVEN', rule: 'smea-power1', what: 'random' })
  const distances = { n, values: yield { kind: 'squared-distances' } }
  let positions: readonly number[] = []
  let least = Number.POSITIVE_INFINITY
  for (const subset of subsetsOf(n, n - f)) {
    const spread = judged(distances, subset, project())
    if (spread >= least) continue
    least = spread
    positions = subset
  }
  return { kind: 'mean', positions }
}

/** |Cr| / |r|, C the covariance of the subset and r the drawn direction. */
function judged(distances: Matrix, subset: readonly number[], { products, length }: Projection): number {
  const size = subset.length
  const gram = centeredGram(submatrix(distances, subset), new Float64Array(size).fill(1))
  const own = Float64Array.from(subset, (i) => products[i] as number)
  const mean = own.reduce((sum, product) => sum + product, 0) / size
  const direction = own.map((product) => (product - mean) / size)
  return Math.sqrt(Math.max(0, dot(direction, times(gram, direction)))) / length
}
