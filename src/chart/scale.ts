/** From values to places along an axis. */
import { chartError } from './errors.ts'
import { formatLinear, formatLog } from './numbers.ts'
import { leastDrawable, linearTicks, logTicks, rungsAround } from './ticks.ts'

/** One axis of a picture. */
export interface Axis {
  readonly title: string
  /** Shown in brackets behind the title: `ms`, `GB/s`. */
  readonly unit?: string
  /** @default 'linear' */
  readonly scale?: 'linear' | 'log'
  /** Where the axis begins and ends; by default round numbers around the data. What lies outside is cut off. */
  readonly min?: number
  readonly max?: number
}

export interface Tick {
  readonly value: number
  readonly text: string
}

export interface Scale {
  readonly low: number
  readonly high: number
  readonly ticks: readonly Tick[]
  /**
   * 0 at `low`, 1 at `high`; beyond them it goes on, to a bound that keeps coordinates short. On a log axis what is not
   * positive lies below 0: a line that falls to 0 leaves the picture.
   */
  at(value: number): number
}

export interface Extent {
  readonly min: number
  readonly max: number
}

/** Axis lengths away from an axis, where nothing is seen any more. */
const farOutside = 100

/** `step (batches)`. */
export function axisTitle({ title, unit }: Axis): string {
  return unit === undefined ? title : `${title} (${unit})`
}

/** Whether a value has a place in a picture: not one that is absent, not finite, or beyond 1e100 as when a loss diverges. */
export function isDrawable(value: number | null | undefined): value is number {
  return typeof value === 'number' && Math.abs(value) <= 1e100
}

/** From the least to the greatest drawable value, on a log axis of the positive ones; undefined where there is none. */
export function extentOf(values: Iterable<number | null>, axis: Axis): Extent | undefined {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (!isDrawable(value) || (axis.scale === 'log' && value < leastDrawable)) continue
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  return min <= max ? { min, max } : undefined
}

/** @throws CHART_BAD_RANGE, CHART_NOT_POSITIVE */
export function checkAxis(axis: Axis): void {
  const { title, min, max } = axis
  for (const end of [min, max])
    if (end !== undefined && axis.scale === 'log' && end < leastDrawable)
      throw chartError({ code: 'CHART_NOT_POSITIVE', what: `an end of the axis ${title}`, value: end })
  const [low, high] = [min ?? Number.MIN_SAFE_INTEGER, max ?? Number.MAX_SAFE_INTEGER]
  if (!isDrawable(low) || !isDrawable(high) || (min !== undefined && max !== undefined && low >= high))
    throw chartError({ code: 'CHART_BAD_RANGE', axis: title, min: low, max: high })
}

/**
 * The scale of `axis` over data of `extent`. `loose`: from a round number to a round number; `snug`: exactly over the
 * data, for an axis along which lines run from edge to edge.
 */
export function scaleOf(axis: Axis, extent: Extent | undefined, fit: 'loose' | 'snug', most = 7): Scale {
  const log = axis.scale === 'log'
  const { min, max } = rangeOf(axis, extent)
  const around = log ? logTicks(min, max) : linearTicks(min, max, most)
  const inside = around.filter((tick) => tick >= min * (1 - 1e-12) && tick <= max * (1 + 1e-12))
  const snug = fit === 'snug' && min < max && inside.length > 1
  const [first, last] = endsAround(around, log ? rungsAround(min, max) : [min, max], log)
  const low = axis.min ?? (snug ? min : first)
  const high = axis.max ?? (snug ? max : last)
  const kept = around.filter(
    (tick) => tick >= low - Math.abs(low) * 1e-12 && tick <= high + Math.abs(high) * 1e-12,
  )
  const texts = log ? formatLog(kept) : formatLinear(kept)
  const [from, to] = log ? [Math.log(low), Math.log(high)] : [low, high]
  return {
    low,
    high,
    ticks: kept.map((value, i) => ({ value, text: texts[i] ?? '' })),
    at: (value) => {
      if (log && value <= 0) return -0.5
      const share = ((log ? Math.log(value) : value) - from) / (to - from)
      return Math.min(Math.max(share, -farOutside), farOutside)
    },
  }
}

/** Where a loose axis ends: at its ticks; a log axis with three of them in between, on the next rungs of 1, 2, 5. */
function endsAround(
  ticks: readonly number[],
  rungs: readonly [number, number],
  log: boolean,
): readonly [number, number] {
  const enough = ticks.filter((tick) => tick >= rungs[0] && tick <= rungs[1]).length >= 3
  return log && enough ? rungs : [ticks[0] ?? rungs[0], ticks.at(-1) ?? rungs[1]]
}

function rangeOf(axis: Axis, extent: Extent | undefined): Extent {
  const log = axis.scale === 'log'
  const data = extent ?? (log ? { min: 0.1, max: 1 } : { min: 0, max: 1 })
  const min = axis.min ?? data.min
  const max = axis.max ?? data.max
  if (min < max || (axis.min === undefined && axis.max === undefined)) return { min, max }
  // The data lie wholly outside of the one end that was given.
  const [above, below] = log ? [min * 10, max / 10] : [min + 1, max - 1]
  return axis.min === undefined ? { min: below, max } : { min, max: above }
}
