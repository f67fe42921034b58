/**
 * What every rule may rely on, checked in one place: shapes and bound before anything is computed, finiteness by the first
 * pass over the coordinates, because that pass reads them anyway.
 */
import { type Bound, formatBound, largestFOf, minimumOf } from './bound.ts'
import { garError } from './errors.ts'
import { isFiniteVector } from './kernels/finite.ts'

/** Of a vector, its length. */
export interface Sized {
  readonly length: number
}

/**
 * Checks that `vectors` and `f` are fit for the rule called `rule`, cheapest check first.
 *
 * @throws GAR_BAD_F, GAR_TOO_FEW_VECTORS, and what `checkVectors` throws
 */
export function checkInput(vectors: readonly Sized[], f: number, rule: string, bound: Bound): void {
  if (!Number.isSafeInteger(f) || f < 0) throw garError({ code: 'GAR_BAD_F', f })
  const n = vectors.length
  if (n > 0 && n < minimumOf(bound, f)) throw tooFewVectors(n, f, rule, bound)
  checkVectors(vectors)
}

/**
 * Checks that there are vectors, of one length above 0. Whether their values are finite is seen by whoever visits them.
 *
 * @throws GAR_NO_VECTORS, GAR_EMPTY_VECTORS, GAR_UNEQUAL_LENGTHS
 */
export function checkVectors(vectors: readonly Sized[]): void {
  const expected = vectors[0]?.length
  if (expected === undefined) throw garError({ code: 'GAR_NO_VECTORS' })
  if (expected === 0) throw garError({ code: 'GAR_EMPTY_VECTORS' })
  for (const [position, { length }] of vectors.entries()) {
    if (length !== expected) throw garError({ code: 'GAR_UNEQUAL_LENGTHS', position, length, expected })
  }
}

/**
 * Kernels read memory as float32: to a program without types, numbers in another kind of array would be other numbers.
 *
 * @throws GAR_WRONG_ARRAY
 */
export function checkFloat32(vectors: readonly Float32Array[]): void {
  const position = vectors.findIndex((vector) => !(vector instanceof Float32Array))
  if (position >= 0) throw garError({ code: 'GAR_WRONG_ARRAY', position })
}

/** @throws GAR_BAD_RESULT where the vector for the result is an input, or has another length */
export function checkResult(vectors: readonly Float32Array[], into: Float32Array): void {
  const expected = vectors[0]?.length ?? 0
  if (into.length !== expected || vectors.includes(into))
    throw garError({ code: 'GAR_BAD_RESULT', length: into.length, expected })
}

/** @throws GAR_NOT_FINITE where a value is not finite */
export function checkFinite(vectors: readonly Float32Array[]): void {
  if (!vectors.every(isFiniteVector)) throw notFiniteAmong(vectors)
}

/**
 * The problem of vectors of which one has a value that is not finite: names the first such, and where. Where they are
 * parts of vectors, they begin at coordinate `from`.
 */
export function notFiniteAmong(vectors: readonly Float32Array[], from = 0): Error {
  const position = vectors.findIndex((vector) => !isFiniteVector(vector))
  const vector = vectors[position]
  // Whoever calls has seen such a value: only memory that changed meanwhile can hide it.
  if (vector === undefined) return garError({ code: 'GAR_CHANGED' })
  const k = vector.findIndex((value) => !Number.isFinite(value))
  return garError({ code: 'GAR_NOT_FINITE', position, coordinate: from + k, value: vector[k] as number })
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
