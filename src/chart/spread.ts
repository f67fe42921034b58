/** What several seeds of one arm have in common: a line in the middle, and how far the seeds lie from it. */
import { isDrawable } from './scale.ts'

/** One thing that is compared with others: a rule, an attack, a setting, run with one or more seeds. */
export interface Arm {
  readonly name: string
  /** Where it was measured, ascending: steps, rounds. */
  readonly x: readonly number[]
  /** For each seed one value for each x; null, NaN and what is not finite count as missing. */
  readonly seeds: readonly (readonly (number | null)[])[]
  readonly marks?: readonly Mark[]
}

/** Something that happened on the way: `diverged`. */
export interface Mark {
  readonly x: number
  readonly text: string
}

export interface SpreadPoint {
  readonly x: number
  readonly low: number
  readonly middle: number
  readonly high: number
}

export type Middle = 'mean' | 'median'

/**
 * Runs of neighbouring points, between gaps. There is a gap wherever a single seed is missing: the mean of those that are
 * left would be a mean of the survivors, and look better than what happened. O(points * seeds log seeds).
 */
export function spreadOf({ x, seeds }: Arm, middle: Middle): SpreadPoint[][] {
  const runs: SpreadPoint[][] = [[]]
  for (const [position, place] of x.entries()) {
    const values = seeds.map((seed) => seed[position]).filter(isDrawable)
    if (values.length === seeds.length && values.length > 0)
      runs.at(-1)?.push({ x: place, ...summaryOf(values, middle) })
    else if (runs.at(-1)?.length !== 0) runs.push([])
  }
  return runs.filter((run) => run.length > 0)
}

function summaryOf(values: readonly number[], middle: Middle): Omit<SpreadPoint, 'x'> {
  const sorted = values.toSorted((a, b) => a - b)
  const [low = 0, high = 0] = [sorted[0], sorted.at(-1)]
  const [left = 0, right = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { low, middle: middle === 'mean' ? mean : (left + right) / 2, high }
}
