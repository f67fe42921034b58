/**
 * Trimmed midpoint, per coordinate: drop the f least and the f greatest values, and take the middle between the least and
 * the greatest of what is left (Dolev, Lynch, Pinter, Stark, Weihl, "Reaching approximate agreement in the presence of
 * faults", JACM 1986). It halves the honest range at every exchange, however many members there are (docs/PROOFS.md 11);
 * it averages nothing, so on gradients it is noisier than the trimmed mean.
 */
import { atLeast, formatBound, minimumOf } from '../gar/bound.ts'
import { checkInput } from '../gar/input.ts'
import type { AgreementRule } from './rule.ts'

const bound = atLeast(2, 1)
const text = 'midpoint'

/** O(n d f). Throws what a rule of `gar` throws for vectors that are too few, empty or of unequal lengths. */
export const trimmedMidpoint: AgreementRule = {
  text,
  bound: formatBound(bound),
  minimum: (f) => minimumOf(bound, f),
  aggregate(vectors, f) {
    checkInput(vectors, f, text, bound)
    const d = vectors[0]?.length ?? 0
    const least = new Float64Array(f + 1)
    return Float32Array.from({ length: d }, (_, k) => {
      const low = rankFromBelow(vectors, k, 1, least)
      const high = -rankFromBelow(vectors, k, -1, least)
      return (low + high) / 2
    })
  },
}

/** The value of rank `least.length` among sign * vectors[.][k], kept sorted in `least` as they come. */
function rankFromBelow(
  vectors: readonly Float32Array[],
  k: number,
  sign: 1 | -1,
  least: Float64Array,
): number {
  least.fill(Number.POSITIVE_INFINITY)
  for (const vector of vectors) {
    const value = sign * (vector[k] as number)
    let place = least.length - 1
    if (value >= (least[place] as number)) continue
    for (; place > 0 && value < (least[place - 1] as number); place--)
      least[place] = least[place - 1] as number
    least[place] = value
  }
  return least.at(-1) as number
}
