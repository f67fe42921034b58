/** What bars and dots ask of their data: a value of each series in each group. */
import { chartError } from './errors.ts'
import { checkNames, checkSeriesCount, checkSign } from './lines-check.ts'
import { type Axis, checkAxis } from './scale.ts'

export interface Groups {
  readonly value: Axis
  readonly series: readonly string[]
  readonly groups: readonly { readonly label: string; readonly values: readonly (number | null)[] }[]
}

/** @throws CHART_* */
export function checkGroups(
  { value, series, groups }: Groups,
  marks: { readonly what: string; readonly limit: number; readonly group: string },
): void {
  const { what, limit, group } = marks
  if (series.length === 0) throw chartError({ code: 'CHART_NO_SERIES', missing: 'series' })
  if (groups.length === 0) throw chartError({ code: 'CHART_NO_SERIES', missing: 'group' })
  checkAxis(value)
  checkNames(series)
  checkNames(groups.map(({ label }) => label))
  checkSeriesCount(series.length)
  const count = series.length * groups.length
  if (count > limit) throw chartError({ code: 'CHART_TOO_MANY_POINTS', what, count, limit })
  for (const { label, values } of groups) {
    const [length, expected] = [values.length, series.length]
    if (length !== expected)
      throw chartError({ code: 'CHART_UNEQUAL_LENGTHS', what: `${group} ${label}`, length, expected })
    checkSign(values, value, 0, label)
  }
}
