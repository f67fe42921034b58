/** A table of values in colour: worst-case accuracy over rules and f. */
import { chartError } from './errors.ts'
import { type Block, drawPicture, gap, type Heading, padding } from './frame.ts'
import { checkNames } from './lines-check.ts'
import { formatValue } from './numbers.ts'
import { type RampKind, rampSteps } from './palette.ts'
import { axisTitle, isDrawable } from './scale.ts'
import { styleSheet } from './style.ts'
import { element, escaped } from './svg.ts'
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

/** A value; a value with a note; the reason why there is none (hatched); null, NaN: nothing was measured. */
export type HeatmapCell =
  | number
  | null
  | { readonly value: number; readonly note: string }
  | { readonly refused: string }

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

const maxCells = 2000
const rowHeight = 34
const columnWidths = { least: 50, most: 110 } as const
const rowLabelRoom = 220
const leastWidth = 480

/**
 * An SVG of `spec`: cells with their values printed in them, a bar that says what the colours mean.
 *
 * @throws CHART_NO_SERIES, CHART_UNEQUAL_LENGTHS, CHART_TOO_MANY_POINTS, CHART_REPEATED_NAME, CHART_BAD_RANGE
 */
export function heatmap(spec: HeatmapSpec): string {
  checkHeatmap(spec)
  const kind: RampKind = spec.value.middle === undefined ? 'sequential' : 'diverging'
  const table = layOut(spec, kind)
  const width = Math.max(leastWidth, table.left + spec.columns.labels.length * table.columnWidth + padding)
  const blocks = [gap(20), drawHead(spec, table), drawCells(spec, table), gap(18), drawKey(spec, table)]
  return drawPicture(spec, Math.ceil(width), styleSheet(kind), summaryOf(spec), blocks)
}

interface Table {
  readonly kind: RampKind
  /** Of the first column. */
  readonly left: number
  readonly columnWidth: number
  readonly min: number
  readonly max: number
}

function layOut({ rows, columns, cells, value }: HeatmapSpec, kind: RampKind): Table {
  const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => textWidth(text, 'label')))
  const values = cells.flat().map(measuredIn).filter(isDrawable)
  const texts = values.map((one) => formatValue(one, value.decimals))
  const needed = widest([...columns.labels, ...texts, '']) + 16
  const labels = Math.min(widest([...rows.labels, rows.title]), rowLabelRoom)
  const [low, high] = [
    Math.min(...values, value.max ?? Number.POSITIVE_INFINITY),
    Math.max(...values, value.min ?? Number.NEGATIVE_INFINITY),
  ]
  const [min, max] = [
    value.min ?? (Number.isFinite(low) ? low : 0),
    value.max ?? (Number.isFinite(high) ? high : 1),
  ]
  const reach = value.middle === undefined ? 0 : Math.max(max - value.middle, value.middle - min)
  return {
    kind,
    left: padding + labels + 12,
    columnWidth: Math.min(Math.max(needed, columnWidths.least), columnWidths.most),
    min: value.middle === undefined ? min : value.middle - reach,
    max: value.middle === undefined ? max : value.middle + reach,
  }
}

function drawHead({ rows, columns }: HeatmapSpec, { left, columnWidth }: Table): Block {
  const draw = (top: number) =>
    [
      drawText(columns.title, {
        x: left + 2,
        y: top + 11,
        kind: 'note',
        room: Math.max(leastWidth - padding - left, columns.labels.length * columnWidth),
      }),
      drawText(rows.title, {
        x: left - 12,
        y: top + 32,
        kind: 'note',
        anchor: 'end',
        room: left - 12 - padding,
      }),
      ...columns.labels.map((label, column) =>
        drawText(label, {
          x: left + (column + 0.5) * columnWidth,
          y: top + 32,
          kind: 'label',
          anchor: 'middle',
          room: columnWidth - 6,
        }),
      ),
    ].join('\n')
  return { height: 42, draw }
}

function drawCells(spec: HeatmapSpec, table: Table): Block {
  const draw = (top: number) =>
    spec.cells
      .flatMap((row, i) => {
        const y = top + i * rowHeight
        const label = drawText(spec.rows.labels[i] ?? '', {
          x: table.left - 12,
          y: y + rowHeight / 2 + 4,
          kind: 'label',
          anchor: 'end',
          room: rowLabelRoom,
        })
        const cells = row.map((_, j) => drawCell(spec, table, i, j, y))
        return [label, ...cells]
      })
      .join('\n')
  return { height: spec.cells.length * rowHeight, draw }
}

function drawCell(spec: HeatmapSpec, table: Table, row: number, column: number, y: number): string {
  const cell = spec.cells[row]?.[column] ?? null
  const box = {
    x: table.left + column * table.columnWidth + 1,
    y: y + 1,
    width: table.columnWidth - 2,
    height: rowHeight - 2,
  }
  const title = element('title', {}, escaped(cellTitle(spec, row, column), 600))
  const value = measuredIn(cell)
  const text = {
    x: box.x + box.width / 2,
    y: y + rowHeight / 2 + 4,
    kind: 'label',
    anchor: 'middle',
  } as const
  if (isRefused(cell)) return element('g', {}, title, hatched(box))
  if (!isDrawable(value)) {
    const area = element('rect', { class: 'empty', ...box, rx: 3 })
    return element('g', {}, title, area, drawText('\u2013', { ...text, style: 'tick' }))
  }
  const step = stepOf(value, table)
  const prefix = table.kind[0]
  const note = isNoted(cell) ? [noteCorner(box, `${prefix}t${step}`)] : []
  return element(
    'g',
    {},
    title,
    element('rect', { class: `${prefix}h${step}`, ...box, rx: 3 }),
    drawText(formatValue(value, spec.value.decimals), { ...text, style: `${prefix}t${step}` }),
    ...note,
  )
}

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Slanted lines, cut to the rectangle by arithmetic: patterns need names, and two pictures on a page share those. */
function hatched({ x, y, width, height }: Rectangle): string {
  const spacing = 7
  const strokes = Array.from({ length: Math.ceil((width + height) / spacing) }, (_, i) => {
    const at = (i + 0.5) * spacing
    if (at >= width + height) return ''
    const [fromX, fromY] = [Math.max(0, at - height), Math.min(at, height)]
    const [toX, toY] = [Math.min(at, width), Math.max(0, at - width)]
    return `M${(x + fromX).toFixed(1)},${(y + fromY).toFixed(1)}L${(x + toX).toFixed(1)},${(y + toY).toFixed(1)}`
  })
  const rim = element('rect', { class: 'empty', x, y, width, height, rx: 3 })
  return `${rim}${element('path', { class: 'hatch', d: strokes.join(''), 'stroke-opacity': 0.55 })}`
}

function noteCorner({ x, y, width }: Rectangle, style: string): string {
  const right = x + width
  return element('path', {
    class: style,
    d: `M${(right - 9).toFixed(2)},${y + 2}h7v7z`,
    'fill-opacity': 0.75,
  })
}

/** The colour bar with its ends, and what a hatched cell and one with a corner mean, where there are such. */
function drawKey(spec: HeatmapSpec, table: Table): Block {
  const { value } = spec
  const cells = spec.cells.flat()
  const reasons = [...new Set(cells.filter(isRefused).map(({ refused }) => refused))]
  const [width, stepWidth] = [189, 189 / rampSteps]
  const middle = (table.min + table.max) / 2
  const draw = (top: number) => {
    const steps = Array.from({ length: rampSteps }, (_, i) =>
      element('rect', {
        class: `${table.kind[0]}h${i}`,
        x: padding + i * stepWidth,
        y: top + 20,
        width: stepWidth,
        height: 10,
        'shape-rendering': 'crispEdges',
      }),
    )
    const tick = (at: number, x: number, anchor?: 'middle' | 'end') =>
      drawText(formatValue(at, value.decimals), { x, y: top + 44, kind: 'tick', ...(anchor && { anchor }) })
    const beside = padding + width + 30
    const extras: string[] = []
    if (reasons.length > 0) {
      extras.push(hatched({ x: beside, y: top + 14, width: 26, height: 18 }))
      const words = reasons.length === 1 ? `refused: ${reasons[0]}` : 'refused'
      extras.push(
        drawText(words, {
          x: beside + 34,
          y: top + 27,
          kind: 'note',
          room: keyRoom(spec, table, beside + 34),
        }),
      )
    }
    return [
      drawText(axisTitle(value), {
        x: padding,
        y: top + 11,
        kind: 'note',
        room: keyRoom(spec, table, padding),
      }),
      ...steps,
      tick(table.min, padding),
      ...(table.kind === 'diverging' ? [tick(middle, padding + width / 2, 'middle')] : []),
      tick(table.max, padding + width, 'end'),
      ...extras,
    ].join('\n')
  }
  return { height: 46, draw }
}

function keyRoom({ columns }: HeatmapSpec, { left, columnWidth }: Table, from: number): number {
  return Math.max(leastWidth - padding, left + columns.labels.length * columnWidth) - from
}

function stepOf(value: number, { min, max }: Table): number {
  const share = max > min ? (value - min) / (max - min) : 0.5
  return Math.round(Math.min(Math.max(share, 0), 1) * (rampSteps - 1))
}

function measuredIn(cell: HeatmapCell): number | null {
  if (cell === null || typeof cell === 'number') return cell
  return 'value' in cell ? cell.value : null
}

function isRefused(cell: HeatmapCell): cell is { readonly refused: string } {
  return typeof cell === 'object' && cell !== null && 'refused' in cell
}

function isNoted(cell: HeatmapCell): cell is { readonly value: number; readonly note: string } {
  return typeof cell === 'object' && cell !== null && 'note' in cell
}

function cellTitle(spec: HeatmapSpec, row: number, column: number): string {
  const cell = spec.cells[row]?.[column] ?? null
  const value = measuredIn(cell)
  const where = `${spec.rows.labels[row]}, ${spec.columns.title} ${spec.columns.labels[column]}`
  if (isRefused(cell)) return `${where}: refused, ${cell.refused}`
  if (!isDrawable(value)) return `${where}: not measured`
  return `${where}: ${formatValue(value, spec.value.decimals)}${isNoted(cell) ? `, ${cell.note}` : ''}`
}

function summaryOf(spec: HeatmapSpec): string {
  const cells = spec.cells.flatMap((row, i) => row.map((_, j) => cellTitle(spec, i, j)))
  return `${axisTitle(spec.value)}. ${cells.join('; ')}.`
}

function checkHeatmap({ rows, columns, cells, value }: HeatmapSpec): void {
  if (rows.labels.length === 0) throw chartError({ code: 'CHART_NO_SERIES', missing: 'row' })
  if (columns.labels.length === 0) throw chartError({ code: 'CHART_NO_SERIES', missing: 'column' })
  checkNames(rows.labels)
  checkNames(columns.labels)
  const [height, width] = [rows.labels.length, columns.labels.length]
  if (cells.length !== height)
    throw chartError({
      code: 'CHART_UNEQUAL_LENGTHS',
      what: 'the list of rows',
      length: cells.length,
      expected: height,
    })
  for (const [i, { length }] of cells.entries())
    if (length !== width)
      throw chartError({
        code: 'CHART_UNEQUAL_LENGTHS',
        what: `row ${rows.labels[i]}`,
        length,
        expected: width,
      })
  if (height * width > maxCells)
    throw chartError({ code: 'CHART_TOO_MANY_POINTS', what: 'cells', count: height * width, limit: maxCells })
  const { title, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER, middle = 0 } = value
  if (![min, max, middle].every(isDrawable) || min >= max)
    throw chartError({ code: 'CHART_BAD_RANGE', axis: title, min, max })
}
