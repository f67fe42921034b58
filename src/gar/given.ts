/** What a rule is given besides vectors and f: checked, and put into the form in which rules see it. */
import { garError } from './errors.ts'
import type { Circumstances, Given, Projection } from './gar.ts'
import type { Sized } from './input.ts'
import { isFiniteVector } from './kernels/finite.ts'

/**
 * The starting point is looked at here, since pre-aggregators never see it and it is no vector that could be left out.
 *
 * @throws GAR_NOT_GIVEN where bitmaps are needed and missing, GAR_BAD_GIVEN where something does not fit the vectors
 */
export function checkGiven(
  vectors: readonly Sized[],
  { own, start, valid }: Given,
  { rule, takesHoles }: { readonly rule: string; readonly takesHoles: boolean },
): void {
  const n = vectors.length
  const d = vectors[0]?.length ?? 0
  if (takesHoles && valid === undefined) throw garError({ code: 'GAR_NOT_GIVEN', rule, what: 'valid' })
  if (start !== undefined && !(start instanceof Float32Array && start.length === d && isFiniteVector(start)))
    throw garError({ code: 'GAR_BAD_GIVEN', what: 'start', fits: `a Float32Array of ${d} finite numbers` })
  if (own !== undefined && !(Number.isSafeInteger(own) && own >= 0 && own < n))
    throw garError({ code: 'GAR_BAD_GIVEN', what: 'own', fits: `a position from 0 to ${n - 1}` })
  const bytes = Math.ceil(d / 8)
  if (valid !== undefined && (valid.length !== n || valid.some(({ length }) => length !== bytes)))
    throw garError({ code: 'GAR_BAD_GIVEN', what: 'valid', fits: `${n} bitmaps of ${bytes} bytes` })
}

/**
 * Kernels do not look at values that may be holes: so it is done here, for the two rules that take any.
 *
 * @throws GAR_NOT_FINITE where a value that is no hole is not finite
 */
export function checkHoles(vectors: readonly Float32Array[], valid: readonly Uint8Array[]): void {
  for (const [position, bitmap] of valid.entries())
    checkWhatIsThere(vectors[position] as Float32Array, bitmap, position)
}

function checkWhatIsThere(vector: Float32Array, bitmap: Uint8Array, position: number): void {
  const isBad = (value: number, k: number) =>
    !Number.isFinite(value) && (((bitmap[k >> 3] as number) >> (k & 7)) & 1) === 1
  const coordinate = vector.findIndex(isBad)
  if (coordinate >= 0)
    throw garError({ code: 'GAR_NOT_FINITE', position, coordinate, value: vector[coordinate] as number })
}

/** What the stages of a pipeline know before any pass. */
export function circumstancesOf(
  vectors: readonly Float32Array[],
  f: number,
  { own, start, random }: Given,
): Circumstances {
  const project = random && (() => projected(vectors, () => random.normal()))
  return { n: vectors.length, f, own, random, project, hasStart: start !== undefined }
}

function projected(vectors: readonly Float32Array[], draw: () => number): Projection {
  const direction = Float64Array.from(vectors[0] ?? [], draw)
  const along = (vector: Float32Array | Float64Array) => {
    let sum = 0
    for (let k = 0; k < direction.length; k++) sum += (vector[k] as number) * (direction[k] as number)
    return sum
  }
  return { products: Float64Array.from(vectors, along), length: Math.sqrt(along(direction)) }
}
