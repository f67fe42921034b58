/** One panel of a picture of lines: grid, bands, lines, marks, and names at the ends. */
import type { Box } from './boxes.ts'
import type { Block } from './frame.ts'
import { nameSpacing } from './line-ends.ts'
import type { LinesPanel } from './lines.ts'
import { drawMarks, type PlacedMark } from './marks.ts'
import { seriesClass } from './palette.ts'
import { axisTitle, type Scale } from './scale.ts'
import type { Arm, Mark, SpreadPoint } from './spread.ts'
import { element, type Point, pathThrough, rounded } from './svg.ts'
import { drawText } from './text.ts'

export const plotHeights = { single: 300, several: 210 } as const

export interface MeasuredArm {
  readonly arm: Arm
  readonly series: number
  readonly runs: readonly (readonly SpreadPoint[])[]
}

export interface Plot {
  readonly panel: LinesPanel
  readonly arms: readonly MeasuredArm[]
  readonly x: Scale
  readonly y: Scale
  readonly height: number
}

export interface PanelPlace {
  /** Of the plot, without its tick labels. */
  readonly left: number
  readonly width: number
  readonly titleLeft: number
  readonly titleRoom: number
  readonly xTitle: string | undefined
  /** Middles of the names at the ends of the lines, from the top of the plot. */
  readonly names: readonly number[] | undefined
  readonly nameRoom: number
}

/** From the top of the plot, where each line ends; undefined where one of them does not reach the right edge. */
export function endsOf({ arms, x, y, height }: Plot): number[] | undefined {
  const ends = arms.map(({ runs }) => runs.at(-1)?.at(-1))
  if (!ends.every((end) => end !== undefined && x.at(end.x) >= 0.98)) return undefined
  return ends.map((end) => clamped((1 - y.at(end?.middle ?? 0)) * height, 0, height))
}

/** The panel as a block; its title, and the title of its y axis, stand above the plot. */
export function drawPanel(plot: Plot, place: PanelPlace): Block {
  const { title, y } = plot.panel
  const head = (title === undefined ? 0 : 20) + 20
  const foot = place.xTitle === undefined ? 20 : 40
  const draw = (top: number) => {
    const box = {
      left: place.left,
      right: place.left + place.width,
      top: top + head,
      bottom: top + head + plot.height,
    }
    const [x, room] = [place.titleLeft, place.titleRoom]
    return [
      title === undefined ? '' : drawText(title, { x, y: top + 13, kind: 'panel', room }),
      drawText(axisTitle(y), { x, y: box.top - 10, kind: 'note', room }),
      drawAxes(plot, box, place.xTitle),
      drawCurves(plot, box),
      drawMarks(marksOf(plot, box), box),
      place.names === undefined ? '' : drawNames(plot, box, place.names, place.nameRoom),
    ]
      .filter((part) => part !== '')
      .join('\n')
  }
  return { height: head + plot.height + foot, draw }
}

function drawAxes({ x, y }: Plot, box: Box, xTitle: string | undefined): string {
  const across = y.ticks.map(({ value, text }) => {
    const at = heightOf(y, value, box)
    const line = element('path', {
      class: 'grid',
      d: pathThrough([
        [box.left, at],
        [box.right, at],
      ]),
    })
    return `${line}${drawText(text, { x: box.left - 9, y: at + 4, kind: 'tick', anchor: 'end' })}`
  })
  const along = x.ticks.map(({ value, text }) => {
    const at = box.left + x.at(value) * (box.right - box.left)
    const line = element('path', {
      class: 'axis',
      d: pathThrough([
        [at, box.bottom],
        [at, box.bottom + 4],
      ]),
    })
    return `${line}${drawText(text, { x: at, y: box.bottom + 18, kind: 'tick', anchor: 'middle' })}`
  })
  const middle = (box.left + box.right) / 2
  const title =
    xTitle === undefined
      ? []
      : [
          drawText(xTitle, {
            x: middle,
            y: box.bottom + 37,
            kind: 'note',
            anchor: 'middle',
            room: box.right - box.left,
          }),
        ]
  const base = element('path', {
    class: 'axis',
    d: pathThrough([
      [box.left, box.bottom],
      [box.right, box.bottom],
    ]),
  })
  return [...across, base, ...along, ...title].join('\n')
}

/** Bands and lines, in an SVG of their own that cuts off what lies outside of the plot. */
function drawCurves({ arms, x, y }: Plot, box: Box): string {
  const rim = 2
  const [width, height] = [box.right - box.left, box.bottom - box.top]
  const place = ({ x: at }: SpreadPoint, value: number): Point => [
    x.at(at) * width,
    (1 - y.at(value)) * height,
  ]
  const bands = arms.flatMap(({ arm, series, runs }) =>
    arm.seeds.length === 1 ? [] : runs.map((run) => drawBand(run, series, place)),
  )
  const curves = arms.flatMap(({ series, runs }) => runs.map((run) => drawRun(run, series, place)))
  return element(
    'svg',
    {
      x: box.left - rim,
      y: box.top - rim,
      width: width + 2 * rim,
      height: height + 2 * rim,
      viewBox: [-rim, -rim, width + 2 * rim, height + 2 * rim].map(rounded).join(' '),
    },
    ...[...bands, ...curves].filter((part) => part !== '').map((part) => `\n${part}`),
  )
}

type Placing = (point: SpreadPoint, value: number) => Point

function drawBand(run: readonly SpreadPoint[], series: number, place: Placing): string {
  const upper = run.map((point) => place(point, point.high))
  const lower = run.toReversed().map((point) => place(point, point.low))
  return element('path', { class: `band ${seriesClass(series)}`, d: pathThrough([...upper, ...lower], true) })
}

/** A line, or a dot where a point has gaps on both sides. */
function drawRun(run: readonly SpreadPoint[], series: number, place: Placing): string {
  const points = run.map((point) => place(point, point.middle))
  const [first] = points
  if (points.length === 1 && first !== undefined)
    return element('circle', { class: `solid ${seriesClass(series)}`, cx: first[0], cy: first[1], r: 2.5 })
  return element('path', { class: `line ${seriesClass(series)}`, d: pathThrough(points) })
}

/** A mark stands on its line: at the last point that was drawn up to there, else at the top of the plot. */
function marksOf({ arms, x, y }: Plot, box: Box): PlacedMark[] {
  return arms.flatMap(({ arm, series, runs }) =>
    (arm.marks ?? []).map((mark: Mark) => {
      const before = runs.flat().findLast((point) => point.x <= mark.x)
      const top = before === undefined ? box.top : heightOf(y, before.middle, box)
      const left = box.left + x.at(before?.x ?? mark.x) * (box.right - box.left)
      const at: Point = [clamped(left, box.left, box.right), clamped(top, box.top, box.bottom)]
      return { at, series, arm: arm.name, text: mark.text }
    }),
  )
}

function drawNames(plot: Plot, box: Box, names: readonly number[], room: number): string {
  const ends = endsOf(plot) ?? []
  return plot.arms
    .map(({ arm, series }, i) => {
      const [end, name] = [box.top + (ends[i] ?? 0), box.top + (names[i] ?? 0)]
      const leader = pathThrough([
        [box.right + 3, end],
        [box.right + 14, name],
      ])
      const line = element('path', { class: `leader ${seriesClass(series)}`, d: leader })
      const text = drawText(arm.name, {
        x: box.right + 18,
        y: name + nameSpacing * 0.27,
        kind: 'label',
        room,
      })
      return `${line}${text}`
    })
    .join('\n')
}

function heightOf(scale: Scale, value: number, box: Box): number {
  return box.bottom - scale.at(value) * (box.bottom - box.top)
}

function clamped(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
