/** What every rule may rely on, checked in one place before anything is computed. */
import { type Bound, formatBound, largestFOf, minimumOf } from './bound.ts'
import { garError } from './errors.ts'
import { isFiniteVector } from './kernels/finite.ts'

/**
 * Checks that `vectors` and `f` are fit for the rule called `rule`, cheapest check first.
 *
 * @throws GAR_BAD_F, GAR_TOO_FEW_VECTORS, and what `checkVectors` throws
 */
export function checkInput(vectors: readonly Float32Array[], f: number, rule: string, bound: Bound): void {
  if (!Number.isSafeInteger(f) || f < 0) throw garError({ code: 'GAR_BAD_F', f })
  const n = vectors.length
  if (n > 0 && n < minimumOf(bound, f)) throw tooFewVectors(n, f, rule, bound)
  checkVectors(vectors)
}

/**
 * Checks that there are vectors, of one length above 0, with finite coordinates. O(n d).
 *
 * @throws GAR_NO_VECTORS, GAR_EMPTY_VECTORS, GAR_UNEQUAL_LENGTHS, GAR_NOT_FINITE
 */
export function checkVectors(vectors: readonly Float32Array[]): void {
  const expected = vectors[0]?.length
  if (expected === undefined) throw garError({ code: 'GAR_NO_VECTORS' })
  if (expected === 0) throw garError({ code: 'GAR_EMPTY_VECTORS' })
  for (const [position, { length }] of vectors.entries()) {
    if (length !== expected) throw garError({ code: 'GAR_UNEQUAL_LENGTHS', position, length, expected })
  }
  const position = vectors.findIndex((vector) => !isFiniteVector(vector))
  if (position >= 0) throw notFinite(vectors[position] as Float32Array, position)
}

function tooFewVectors(n: number, f: number, rule: string, bound: Bound): Error {
  const smallestN = minimumOf(bound, f)
  const largestF = largestFOf(bound, n)
  return garError({
    code: 'GAR_TOO_FEW_VECTORS',
    rule,
    n,
    f,
    bound: formatBound(bound),
    ...(Number.isFinite(smallestN) ? { smallestN } : {}),
    ...(largestF === undefined ? {} : { largestF }),
  })
}

function notFinite(vector: Float32Array, position: number): Error {
  const coordinate = vector.findIndex((value) => !Number.isFinite(value))
  return garError({ code: 'GAR_NOT_FINITE', position, coordinate, value: vector[coordinate] as number })
}
