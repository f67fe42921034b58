/** What a rule is given besides vectors and f: checked, and put into the form in which rules see it. */
import { garError } from './errors.ts'
import type { Circumstances, Given } from './gar.ts'
import { checkVectors } from './input.ts'

/**
 * @throws GAR_NOT_GIVEN where bitmaps are needed and missing, GAR_BAD_GIVEN where something does not fit the vectors,
 * GAR_UNEQUAL_LENGTHS where the starting point does not
 */
export function checkGiven(
  vectors: readonly Float32Array[],
  { own, start, valid, permutation, randn }: Given,
  { rule, takesHoles }: { readonly rule: string; readonly takesHoles: boolean },
): void {
  const n = vectors.length
  const d = vectors[0]?.length ?? 0
  if (takesHoles && valid === undefined) throw garError({ code: 'GAR_NOT_GIVEN', rule, what: 'valid' })
  if (start !== undefined) checkVectors([...vectors, start])
  if (own !== undefined && !(Number.isSafeInteger(own) && own >= 0 && own < n))
    throw garError({ code: 'GAR_BAD_GIVEN', what: 'own', fits: `a position from 0 to ${n - 1}` })
  const bytes = Math.ceil(d / 8)
  if (valid !== undefined && (valid.length !== n || valid.some(({ length }) => length !== bytes)))
    throw garError({ code: 'GAR_BAD_GIVEN', what: 'valid', fits: `${n} bitmaps of ${bytes} bytes` })
  if (permutation !== undefined && !isPermutation(permutation, n))
    throw garError({ code: 'GAR_BAD_GIVEN', what: 'permutation', fits: `each of 0 to ${n - 1} once` })
  if (randn?.some(({ length }) => length !== d))
    throw garError({ code: 'GAR_BAD_GIVEN', what: 'randn', fits: `directions of length ${d}` })
}

/** What the stages of a pipeline know before any pass. */
export function circumstancesOf(
  vectors: readonly Float32Array[],
  f: number,
  { own, start, random, permutation, randn }: Given,
): Circumstances {
  return {
    n: vectors.length,
    f,
    own,
    random,
    permutation,
    hasStart: start !== undefined,
    projections: randn?.map((direction) =>
      Float64Array.from(vectors, (vector) => product(vector, direction)),
    ),
  }
}

function product(vector: Float32Array, direction: ArrayLike<number>): number {
  return vector.reduce((sum, value, k) => sum + value * (direction[k] as number), 0)
}

function isPermutation(positions: readonly number[], n: number): boolean {
  const sorted = positions.toSorted((a, b) => a - b)
  return positions.length === n && sorted.every((position, i) => position === i)
}
