/** One arm as a line: what was measured at each step, for each seed. */
import type { Mark, Arm as Series } from '../chart/spread.ts'
import type { RunResult } from './result.ts'
import type { Arm } from './scenario.ts'

export type Figure = 'accuracy' | 'loss' | 'spread'

/** Undefined where there is nothing to draw. The last point is that of the end, on all test samples. */
export function seriesOf(
  arm: Arm,
  name: string,
  results: readonly RunResult[],
  figure: Figure,
): Series | undefined {
  const own = results.filter((result) => result.arm === arm.number && result.outcome !== 'refused')
  const last = arm.settings.training.steps
  const ends = own.some(({ final }) => final !== null) ? [last] : []
  const measured = own.flatMap(({ curve }) => curve.map(({ step }) => step))
  const x = [...new Set([...measured, ...ends])].sort((a, b) => a - b)
  const seeds = own.map((result) => x.map((step) => valueAt(result, step, last, figure)))
  if (seeds.flat().every((value) => value === null)) return undefined
  const marks = own.flatMap(markOf)
  return { name, x, seeds, ...(marks.length === 0 ? {} : { marks }) }
}

function valueAt({ curve, final }: RunResult, step: number, last: number, figure: Figure): number | null {
  const point = step === last && final !== null ? final : curve.find((one) => one.step === step)
  return point?.[figure] ?? null
}

/** Where a run was measured last before it ended early. */
function markOf({ outcome, curve }: RunResult): Mark[] {
  const point = curve.at(-1)
  return outcome === 'done' || point === undefined ? [] : [{ x: point.step, text: outcome }]
}
