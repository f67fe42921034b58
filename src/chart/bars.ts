/** Horizontal bars in groups, with their values at the ends: times, bandwidths, ratios of a benchmark. */
import { chartError } from './errors.ts'
import { type Block, drawPicture, gap, type Heading, padding } from './frame.ts'
import { checkGroups } from './groups-check.ts'
import { legend } from './legend.ts'
import { checkSign } from './lines-check.ts'
import { formatValue } from './numbers.ts'
import { seriesClass } from './palette.ts'
import { type Axis, axisTitle, extentOf, isDrawable, type Scale, scaleOf } from './scale.ts'
import { styleSheet } from './style.ts'
import { element, pathThrough } from './svg.ts'
import { drawText, fitted, textWidth } from './text.ts'

export interface BarsSpec extends Heading {
  readonly value: BarsValue
  /** What the bars of each group are. */
  readonly series: readonly string[]
  readonly groups: readonly BarsGroup[]
  /** A line across all bars: parity, a target, the bandwidth of the memory. */
  readonly reference?: { readonly value: number; readonly label: string }
}

export interface BarsValue extends Axis {
  /** Of the values at the ends of the bars. @default three digits */
  readonly decimals?: number
}

export interface BarsGroup {
  readonly label: string
  /** One for each series; null where nothing was measured. */
  readonly values: readonly (number | null)[]
}

const maxBars = 500
const width = 760
const barHeight = 14
const barGap = 3
const groupGap = 15
const labelRoom = 220
const valueKind = 'label'

/**
 * An SVG of `spec`. Bars grow from 0. On a log axis, which has no 0, they grow from the reference line, so that their lengths
 * are ratios to it, or else from the beginning of the axis.
 *
 * @throws CHART_NO_SERIES, CHART_UNEQUAL_LENGTHS, CHART_TOO_MANY_POINTS, CHART_TOO_MANY_SERIES, CHART_REPEATED_NAME,
 * CHART_NOT_POSITIVE, CHART_BAD_RANGE
 */
export function bars(spec: BarsSpec): string {
  checkBars(spec)
  const field = layOut(spec)
  const key = spec.series.length > 1 ? [gap(12), legend(spec.series, 'bar', width - 2 * padding)] : []
  return drawPicture(spec, width, styleSheet('series'), summaryOf(spec), [
    ...key,
    gap(14),
    drawField(spec, field),
  ])
}

interface Field {
  readonly scale: Scale
  readonly left: number
  readonly right: number
  /** Where bars begin. */
  readonly base: number
}

function layOut({ value, groups, reference }: BarsSpec): Field {
  const values = groups.flatMap((group) => group.values)
  const log = value.scale === 'log'
  const known = [...values, ...(reference === undefined ? [] : [reference.value]), ...(log ? [] : [0])]
  const scale = scaleOf(value, extentOf(known, value), 'loose')
  const base = log ? (reference?.value ?? scale.low) : 0
  const drawn = values.filter(isDrawable)
  const room = (list: readonly number[]) =>
    Math.max(0, ...list.map((one) => textWidth(formatValue(one, value.decimals), valueKind) + 10))
  const labels = Math.max(...groups.map(({ label }) => textWidth(label, 'label')))
  const half = Math.max(...scale.ticks.map(({ text }) => textWidth(text, 'tick'))) / 2
  return {
    scale,
    base: Math.min(Math.max(base, scale.low), scale.high),
    left: padding + Math.min(labels, labelRoom) + 12 + Math.max(0, room(drawn.filter((one) => one < base))),
    right: width - padding - Math.max(room(drawn.filter((one) => one >= base)), half),
  }
}

function drawField(spec: BarsSpec, field: Field): Block {
  const { groups, series, reference, value } = spec
  const groupHeight = series.length * (barHeight + barGap) - barGap + groupGap
  const head = reference === undefined ? 4 : 22
  const height = groups.length * groupHeight
  const title = { x: (field.left + field.right) / 2, kind: 'note', anchor: 'middle' } as const
  const draw = (top: number) => {
    const [first, last] = [top + head, top + head + height]
    const drawn = groups.map((group, i) =>
      drawGroup(value, field, group, first + i * groupHeight + groupGap / 2),
    )
    // The line lies over the bars, and the values over the line.
    return [
      drawGrid(field, first, last),
      ...drawn.map(({ shapes }) => shapes),
      reference === undefined ? '' : drawReference(reference, field, first, last),
      ...drawn.map(({ texts }) => texts),
      drawText(axisTitle(value), { ...title, y: last + 37, room: field.right - field.left }),
    ]
      .filter((part) => part !== '')
      .join('\n')
  }
  return { height: head + height + 40, draw }
}

function drawGrid({ scale, left, right, base }: Field, top: number, bottom: number): string {
  const at = (value: number) => left + scale.at(value) * (right - left)
  const ticks = scale.ticks.map(({ value, text }) => {
    const line = element('path', {
      class: 'grid',
      d: pathThrough([
        [at(value), top],
        [at(value), bottom],
      ]),
    })
    return `${line}${drawText(text, { x: at(value), y: bottom + 18, kind: 'tick', anchor: 'middle' })}`
  })
  const foot = element('path', {
    class: 'axis',
    d: pathThrough([
      [at(base), top],
      [at(base), bottom],
    ]),
  })
  return [...ticks, foot].join('\n')
}

interface Drawn {
  readonly shapes: string
  readonly texts: string
}

function drawGroup(value: BarsValue, field: Field, { label, values }: BarsGroup, top: number): Drawn {
  const middle = top + (values.length * (barHeight + barGap) - barGap) / 2
  const name = drawText(label, { x: padding, y: middle + 4, kind: 'label', room: labelRoom })
  const rows = values.map((one, i) => drawBar(value, field, one, i, top + i * (barHeight + barGap)))
  return {
    shapes: rows
      .map(({ shapes }) => shapes)
      .filter((part) => part !== '')
      .join('\n'),
    texts: [name, ...rows.map(({ texts }) => texts)].join('\n'),
  }
}

function drawBar(axis: BarsValue, field: Field, value: number | null, series: number, y: number): Drawn {
  const { scale, left, right, base } = field
  const at = (one: number) => left + Math.min(Math.max(scale.at(one), 0), 1) * (right - left)
  if (!isDrawable(value))
    return { shapes: '', texts: drawText('\u2013', { x: at(base) + 6, y: y + 11, kind: 'tick' }) }
  const [from, to] = [at(base), at(value)]
  const backwards = value < base
  const place = { y: y + 11, kind: valueKind, style: 'rimmed' } as const
  return {
    shapes: element('rect', {
      class: `solid ${seriesClass(series)}`,
      x: Math.min(from, to),
      y,
      width: Math.max(Math.abs(to - from), 1),
      height: barHeight,
      rx: 2,
    }),
    texts: drawText(
      formatValue(value, axis.decimals),
      backwards ? { ...place, x: to - 6, anchor: 'end' } : { ...place, x: to + 6 },
    ),
  }
}

function drawReference(
  { value, label }: { value: number; label: string },
  { scale, left, right }: Field,
  top: number,
  bottom: number,
): string {
  const x = left + scale.at(value) * (right - left)
  const text = fitted(label, 'note', width - 2 * padding)
  const half = textWidth(text, 'note') / 2
  const middle = Math.min(Math.max(x, padding + half), width - padding - half)
  const line = element('path', {
    class: 'reference',
    d: pathThrough([
      [x, top - 3],
      [x, bottom],
    ]),
  })
  return `${line}${drawText(text, { x: middle, y: top - 9, kind: 'note', anchor: 'middle' })}`
}

function summaryOf({ value, series, groups, reference }: BarsSpec): string {
  const said = groups.map((group) => {
    const parts = group.values.map((one, i) => {
      const name = series.length > 1 ? `${series[i]} ` : ''
      return `${name}${isDrawable(one) ? formatValue(one, value.decimals) : 'not measured'}`
    })
    return `${group.label}: ${parts.join(', ')}`
  })
  const line =
    reference === undefined ? '' : ` Reference line at ${formatValue(reference.value)}: ${reference.label}.`
  return `${axisTitle(value)}. ${said.join('; ')}.${line}`
}

function checkBars({ value, series, groups, reference }: BarsSpec): void {
  checkGroups({ value, series, groups }, { what: 'bars', limit: maxBars, group: 'group' })
  if (reference === undefined) return
  if (!isDrawable(reference.value))
    throw chartError({
      code: 'CHART_BAD_RANGE',
      axis: reference.label,
      min: reference.value,
      max: reference.value,
    })
  checkSign([reference.value], value, 0, reference.label)
}
