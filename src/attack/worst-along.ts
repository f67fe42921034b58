/** The common part of attacks that search: how far to go in a direction so that the rule under attack ends up farthest off. */
import { along, mean, type Sight, squaredDistance } from './attack.ts'
import { type Search, searchAbove, searchAround } from './line-search.ts'

/** `above`: 20 evaluations from 0 by 10, as byzfl searches. `around`: 16 from 0 by 1, as the EPFL attack suites do. */
export type SearchName = 'above' | 'around'

const above: Search = { evaluations: 20, start: 0, step: 10 }
const around: Search = { evaluations: 16, start: 0, step: 1 }

export interface Ray {
  readonly from: Float64Array
  readonly direction: Float64Array
}

/**
 * from + x * direction, x being what `search` finds so that the rule, given the honest vectors and then `liars` copies of
 * this one, ends up farthest from the honest mean. The rule runs 20 or 16 times.
 */
export function worstAlong(
  { honest, liars, aggregate }: Sight,
  search: SearchName,
  rayOf: (center: Float64Array) => Ray,
): Float32Array {
  const center = mean(honest)
  const { from, direction } = rayOf(center)
  const harm = (factor: number) => {
    const forged = along(from, direction, factor)
    return squaredDistance(aggregate([...honest, ...new Array<Float64Array>(liars).fill(forged)]), center)
  }
  const factor = search === 'above' ? searchAbove(harm, above) : searchAround(harm, around)
  return Float32Array.from(along(from, direction, factor))
}
