/** What a picture of lines must have to make sense. */
import { chartError } from './errors.ts'
import type { LinesSpec } from './lines.ts'
import { maxSeries } from './palette.ts'
import { type Axis, checkAxis, isDrawable } from './scale.ts'
import type { Arm } from './spread.ts'

/** A picture of more points takes megabytes, and no screen can show them. */
const maxPoints = 50_000

/** @throws the errors of `lines` */
export function checkLines(spec: LinesSpec): void {
  if (spec.panels.length === 0) throw chartError({ code: 'CHART_NO_SERIES', missing: 'panel' })
  checkAxis(spec.x)
  for (const { y, arms } of spec.panels) {
    checkAxis(y)
    if (arms.length === 0) throw chartError({ code: 'CHART_NO_SERIES', missing: 'arm in each panel' })
    checkNames(arms.map(({ name }) => name))
    for (const arm of arms) checkArm(arm, spec.x, y)
  }
  const arms = spec.panels.flatMap((panel) => panel.arms)
  checkSeriesCount(new Set(arms.map(({ name }) => name)).size)
  const count = arms.reduce((sum, { x }) => sum + x.length, 0)
  if (count > maxPoints)
    throw chartError({ code: 'CHART_TOO_MANY_POINTS', what: 'points', count, limit: maxPoints })
}

/** @throws CHART_REPEATED_NAME */
export function checkNames(names: readonly string[]): void {
  const repeated = names.find((name, i) => names.indexOf(name) !== i)
  if (repeated !== undefined) throw chartError({ code: 'CHART_REPEATED_NAME', name: repeated })
}

/** @throws CHART_TOO_MANY_SERIES */
export function checkSeriesCount(count: number): void {
  if (count > maxSeries) throw chartError({ code: 'CHART_TOO_MANY_SERIES', count, limit: maxSeries })
}

function checkArm({ name, x, seeds, marks = [] }: Arm, xAxis: Axis, yAxis: Axis): void {
  if (seeds.length === 0) throw chartError({ code: 'CHART_NO_SERIES', missing: `seed of ${name}` })
  for (const [seed, { length }] of seeds.entries())
    if (length !== x.length)
      throw chartError({
        code: 'CHART_UNEQUAL_LENGTHS',
        what: `seed ${seed} of ${name}`,
        length,
        expected: x.length,
      })
  for (const [position, value] of x.entries())
    if (!isDrawable(value) || value <= (x[position - 1] ?? Number.NEGATIVE_INFINITY))
      throw chartError({ code: 'CHART_BAD_X', name, position, value })
  for (const [position, { x: value }] of marks.entries())
    if (!isDrawable(value)) throw chartError({ code: 'CHART_BAD_X', name, position, value })
  const places = [...x, ...marks.map((mark) => mark.x)]
  checkSign(places, xAxis, 0, `x of ${name}`)
  // A value of exactly 0, as of members that agree in every bit, is no mistake: its line leaves the plot at the bottom.
  for (const seed of seeds) checkSign(seed, yAxis, -Number.MIN_VALUE, name)
}

/** @throws CHART_NOT_POSITIVE for a value on a log axis that is not above `floor` */
export function checkSign(values: readonly (number | null)[], axis: Axis, floor: number, what: string): void {
  if (axis.scale !== 'log') return
  const value = values.find((one) => isDrawable(one) && one <= floor)
  if (value !== undefined && value !== null) throw chartError({ code: 'CHART_NOT_POSITIVE', what, value })
}
