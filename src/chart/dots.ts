/** Dots in rows: how far each of several values is from that of its row, such as accuracies under attacks from that without one. */
import { type Block, drawPicture, gap, type Heading, padding, paragraph } from './frame.ts'
import { checkGroups } from './groups-check.ts'
import { legend } from './legend.ts'
import { checkSign } from './lines-check.ts'
import { formatValue } from './numbers.ts'
import { seriesClass } from './palette.ts'
import { type Axis, axisTitle, extentOf, isDrawable, type Scale, scaleOf } from './scale.ts'
import { styleSheet } from './style.ts'
import { element, pathThrough } from './svg.ts'
import { drawText, textWidth } from './text.ts'

export interface DotsSpec extends Heading {
  readonly value: Axis
  /** What the bar in each row is, from which its dots are told apart. */
  readonly reference: string
  /** What the dots are, from the top of a row to its foot. */
  readonly series: readonly string[]
  readonly rows: readonly DotsRow[]
}

export interface DotsRow {
  readonly label: string
  readonly reference: number | null
  /** One for each series; null where nothing was measured, which leaves its place empty. */
  readonly values: readonly (number | null)[]
  /** What is written beside each dot; empty for nothing. */
  readonly notes?: readonly string[]
}

const maxDots = 1000
const width = 760
const labelRoom = 220
const laneHeight = 8
const rowGap = 9
const radius = 3.5

/**
 * An SVG of `spec`. Every series has a lane of its own in every row, so that equal values do not hide each other.
 *
 * @throws CHART_NO_SERIES, CHART_UNEQUAL_LENGTHS, CHART_TOO_MANY_POINTS, CHART_TOO_MANY_SERIES, CHART_REPEATED_NAME,
 * CHART_NOT_POSITIVE, CHART_BAD_RANGE
 */
export function dots(spec: DotsSpec): string {
  checkDots(spec)
  const room = width - 2 * padding
  return drawPicture(spec, width, styleSheet('series'), summaryOf(spec), [
    gap(12),
    legend(spec.series, 'bar', room),
    gap(4),
    paragraph(`The bar in each row: ${spec.reference}.`, 'note', room),
    gap(10),
    drawField(spec, layOut(spec)),
  ])
}

interface Field {
  readonly scale: Scale
  readonly left: number
  readonly right: number
  readonly rowHeight: number
}

function layOut({ value, series, rows }: DotsSpec): Field {
  const all = rows.flatMap(({ reference, values }) => [reference, ...values])
  const scale = scaleOf(value, extentOf(all, value), 'loose')
  const labels = Math.max(...rows.map(({ label }) => textWidth(label, 'label')))
  const half = Math.max(...scale.ticks.map(({ text }) => textWidth(text, 'tick'))) / 2
  return {
    scale,
    left: padding + Math.min(labels, labelRoom) + 16,
    right: width - padding - Math.max(half, radius),
    rowHeight: Math.max(2, series.length) * laneHeight + rowGap,
  }
}

function drawField({ value, rows }: DotsSpec, field: Field): Block {
  const { left, right, rowHeight } = field
  const height = rows.length * rowHeight
  const draw = (top: number) => {
    const place = { x: (left + right) / 2, y: top + height + 37, room: right - left } as const
    return [
      drawGrid(field, top, top + height),
      ...rows.map((row, i) => drawRow(row, field, top + i * rowHeight)),
      drawText(axisTitle(value), { ...place, kind: 'note', anchor: 'middle' }),
    ].join('\n')
  }
  return { height: height + 40, draw }
}

function drawGrid({ scale, left, right }: Field, top: number, bottom: number): string {
  const lines = scale.ticks.map(({ value, text }) => {
    const x = left + scale.at(value) * (right - left)
    const line = element('path', {
      class: 'grid',
      d: pathThrough([
        [x, top],
        [x, bottom],
      ]),
    })
    return `${line}${drawText(text, { x, y: bottom + 18, kind: 'tick', anchor: 'middle' })}`
  })
  return lines.join('\n')
}

function drawRow({ label, reference, values, notes = [] }: DotsRow, field: Field, top: number): string {
  const { scale, left, right, rowHeight } = field
  const at = (value: number) => left + Math.min(Math.max(scale.at(value), 0), 1) * (right - left)
  const foot = top + rowHeight - rowGap
  const from = isDrawable(reference) ? at(reference) : undefined
  const marks = values.map((value, series) => {
    if (!isDrawable(value)) return ''
    const [x, y] = [at(value), top + (series + 0.5) * laneHeight]
    const d = pathThrough([
      [from ?? x, y],
      [x, y],
    ])
    const way = element('path', { class: `leader ${seriesClass(series)}`, d })
    return `${way}${element('circle', { class: `solid ${seriesClass(series)}`, cx: x, cy: y, r: radius })}`
  })
  const bar =
    from === undefined
      ? ''
      : element('path', {
          class: 'axis',
          'stroke-width': 3,
          d: pathThrough([
            [from, top],
            [from, foot],
          ]),
        })
  const texts = notes.map((note, series) =>
    drawNote(note, values[series] ?? null, at, field, top + (series + 0.5) * laneHeight),
  )
  const name = drawText(label, { x: padding, y: (top + foot) / 2 + 4, kind: 'label', room: labelRoom })
  return [name, bar, ...marks, ...texts].filter((part) => part !== '').join('\n')
}

/** Before the dot where there is no room behind it. */
function drawNote(
  note: string,
  value: number | null,
  at: (value: number) => number,
  { right }: Field,
  y: number,
): string {
  if (note === '' || !isDrawable(value)) return ''
  const x = at(value)
  const place = { y: y + 4, kind: 'tick', style: 'rimmed' } as const
  const fits = x + radius + 5 + textWidth(note, 'tick') <= right
  return drawText(
    note,
    fits ? { ...place, x: x + radius + 5 } : { ...place, x: x - radius - 5, anchor: 'end' },
  )
}

function summaryOf({ value, reference, series, rows }: DotsSpec): string {
  const said = (one: number | null | undefined) => (isDrawable(one) ? formatValue(one) : 'not measured')
  const each = rows.map(({ label, reference: own, values, notes = [] }) => {
    const parts = series.map((name, i) =>
      [`${name} ${said(values[i])}`, notes[i] ?? ''].filter(Boolean).join(', '),
    )
    return `${label}: ${[`${reference} ${said(own)}`, ...parts].join(', ')}`
  })
  return `${axisTitle(value)}. ${each.join('; ')}.`
}

function checkDots({ value, series, rows }: DotsSpec): void {
  checkGroups({ value, series, groups: rows }, { what: 'dots', limit: maxDots, group: 'row' })
  for (const { label, reference } of rows) checkSign([reference], value, 0, label)
}
