/** What a heatmap must have to make sense. */
import { chartError } from './errors.ts'
import type { HeatmapSpec } from './heatmap.ts'
import { checkNames } from './lines-check.ts'
import { isDrawable } from './scale.ts'

/** More make a picture that is larger than any screen. */
const maxCells = 2000

/** @throws the errors of `heatmap` */
export function checkHeatmap({ rows, columns, cells, value }: HeatmapSpec): void {
  if (rows.labels.length === 0) throw chartError({ code: 'CHART_NO_SERIES', missing: 'row' })
  if (columns.labels.length === 0) throw chartError({ code: 'CHART_NO_SERIES', missing: 'column' })
  const [height, width] = [rows.labels.length, columns.labels.length]
  if (height * width > maxCells)
    throw chartError({ code: 'CHART_TOO_MANY_POINTS', what: 'cells', count: height * width, limit: maxCells })
  checkNames(rows.labels)
  checkNames(columns.labels)
  checkLength('the list of rows', cells.length, height)
  for (const [i, row] of cells.entries()) checkLength(`row ${rows.labels[i]}`, row.length, width)
  const { title, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER, middle = 0 } = value
  if (![min, max, middle].every(isDrawable) || min >= max)
    throw chartError({ code: 'CHART_BAD_RANGE', axis: title, min, max })
}

function checkLength(what: string, length: number, expected: number): void {
  if (length !== expected) throw chartError({ code: 'CHART_UNEQUAL_LENGTHS', what, length, expected })
}
