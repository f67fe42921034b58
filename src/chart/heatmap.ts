/** A table of values in colour: worst-case accuracy over rules and f. */
import { type Block, drawPicture, gap, type Heading, padding } from './frame.ts'
import {
  type CellScale,
  drawCell,
  type HeatmapCell,
  isNoted,
  isRefused,
  isWorded,
  measuredIn,
  shownIn,
} from './heatmap-cell.ts'
import { checkHeatmap } from './heatmap-check.ts'
import { drawKey } from './heatmap-key.ts'
import { formatValue } from './numbers.ts'
import { axisTitle, isDrawable } from './scale.ts'
import { styleSheet } from './style.ts'
import { drawText, textWidth } from './text.ts'

export interface HeatmapSpec extends Heading {
  readonly rows: HeatmapSide
  readonly columns: HeatmapSide
  /** For each row one cell for each column. */
  readonly cells: readonly (readonly HeatmapCell[])[]
  readonly value: HeatmapValue
}

export interface HeatmapSide {
  readonly title: string
  readonly labels: readonly string[]
}

export interface HeatmapValue {
  readonly title: string
  readonly unit?: string
  /** @default three digits */
  readonly decimals?: number
  /** Where the colours begin and end; by default at the least and the greatest value. */
  readonly min?: number
  readonly max?: number
  /** Draws what lies below this value in other colours than what lies above. */
  readonly middle?: number
}

const rowHeight = 34
const columnWidths = { least: 50, most: 110 } as const
const rowLabelRoom = 220
/** Of a picture with few columns: its title needs room too. */
const leastWidth = 480

/**
 * An SVG of `spec`: cells with their values printed in them, and a bar that says what the colours mean.
 *
 * @throws CHART_NO_SERIES, CHART_UNEQUAL_LENGTHS, CHART_TOO_MANY_POINTS, CHART_REPEATED_NAME, CHART_BAD_RANGE
 */
export function heatmap(spec: HeatmapSpec): string {
  checkHeatmap(spec)
  const table = layOut(spec)
  const { kind } = table.scale
  const notes = spec.cells.flatMap((row, i) =>
    row.flatMap((cell, j) => (isNoted(cell) ? [`${placeOf(spec, i, j)}: ${cell.note}`] : [])),
  )
  const key = drawKey(axisTitle(spec.value), table.scale, spec.cells.flat(), notes, table.width)
  const blocks = [gap(20), drawHead(spec, table), drawRows(spec, table), gap(18), ...key]
  return drawPicture(spec, table.width, styleSheet(kind), summaryOf(spec), blocks)
}

interface Table {
  readonly scale: CellScale
  /** Of the first column. */
  readonly left: number
  readonly columnWidth: number
  /** Of the whole picture. */
  readonly width: number
}

function layOut({ rows, columns, cells, value }: HeatmapSpec): Table {
  const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => textWidth(text, 'label')))
  const all = cells.flat()
  const values = all.map(measuredIn).filter(isDrawable)
  const texts = all.map((cell) => shownIn(cell, measuredIn(cell) ?? 0, { decimals: value.decimals }))
  const columnWidth = Math.min(
    Math.max(widest([...columns.labels, ...texts]) + 16, columnWidths.least),
    columnWidths.most,
  )
  const left = padding + Math.min(widest([...rows.labels, rows.title]), rowLabelRoom) + 12
  const width = Math.ceil(Math.max(leastWidth, left + columns.labels.length * columnWidth + padding))
  return { scale: scaleOf(value, values), left, columnWidth, width }
}

function scaleOf(value: HeatmapValue, values: readonly number[]): CellScale {
  const { middle, decimals } = value
  const [known = 0] = [...values, value.min, value.max]
  const min = value.min ?? values.reduce((least, one) => Math.min(least, one), value.max ?? known)
  const max = value.max ?? values.reduce((most, one) => Math.max(most, one), min)
  if (middle === undefined) return { kind: 'sequential', min, max, decimals }
  // As far on one side as on the other, so that equal distances from the middle look equal.
  const reach = Math.max(max - middle, middle - min)
  return { kind: 'diverging', min: middle - reach, max: middle + reach, decimals }
}

function drawHead({ rows, columns }: HeatmapSpec, { left, columnWidth, width }: Table): Block {
  const labels = (y: number) =>
    columns.labels.map((label, column) => {
      const x = left + (column + 0.5) * columnWidth
      return drawText(label, { x, y, kind: 'label', anchor: 'middle', room: columnWidth - 6 })
    })
  const draw = (top: number) =>
    [
      drawText(columns.title, { x: left + 2, y: top + 11, kind: 'note', room: width - padding - left - 2 }),
      drawText(rows.title, { x: left - 12, y: top + 32, kind: 'note', anchor: 'end', room: rowLabelRoom }),
      ...labels(top + 32),
    ].join('\n')
  return { height: 42, draw }
}

function drawRows(spec: HeatmapSpec, { scale, left, columnWidth }: Table): Block {
  const place = { x: left - 12, kind: 'label', anchor: 'end', room: rowLabelRoom } as const
  const drawRow = (row: readonly HeatmapCell[], i: number, top: number) => {
    const label = drawText(spec.rows.labels[i] ?? '', { ...place, y: top + rowHeight / 2 + 4 })
    const cells = row.map((cell, j) => {
      const corner = { x: left + j * columnWidth + 1, y: top + 1 }
      const box = { ...corner, width: columnWidth - 2, height: rowHeight - 2 }
      return drawCell(cell, scale, box, cellInWords(spec, i, j))
    })
    return [label, ...cells].join('\n')
  }
  return {
    height: spec.cells.length * rowHeight,
    draw: (top) => spec.cells.map((row, i) => drawRow(row, i, top + i * rowHeight)).join('\n'),
  }
}

function placeOf({ rows, columns }: HeatmapSpec, row: number, column: number): string {
  return `${rows.labels[row]}, ${columns.title} ${columns.labels[column]}`
}

function cellInWords(spec: HeatmapSpec, row: number, column: number): string {
  const cell = spec.cells[row]?.[column] ?? null
  const value = measuredIn(cell)
  const place = placeOf(spec, row, column)
  if (isRefused(cell)) return `${place}: refused, ${cell.refused}`
  if (!isDrawable(value)) return `${place}: not measured`
  const said = isNoted(cell) ? cell.note : isWorded(cell) ? cell.text : ''
  return [`${place}: ${formatValue(value, spec.value.decimals)}`, said]
    .filter((part) => part !== '')
    .join(', ')
}

function summaryOf(spec: HeatmapSpec): string {
  const cells = spec.cells.flatMap((row, i) => row.map((_, j) => cellInWords(spec, i, j)))
  return `${axisTitle(spec.value)}. ${cells.join('; ')}.`
}
