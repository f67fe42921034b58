/** One cell of a heatmap: a colour and its value, or why there is none. */
import { formatValue } from './numbers.ts'
import { type RampKind, rampSteps } from './palette.ts'
import { isDrawable } from './scale.ts'
import { element, escaped, pathThrough, rounded } from './svg.ts'
import { drawText } from './text.ts'

/** A value; a value with a note, or with a text in its place; the reason why there is none (hatched); null, NaN: nothing was measured. */
export type HeatmapCell =
  | number
  | null
  | { readonly value: number; readonly note: string }
  | { readonly value: number; readonly text: string }
  | { readonly refused: string }

/** What gives a value its colour and its digits. */
export interface CellScale {
  readonly kind: RampKind
  readonly min: number
  readonly max: number
  readonly decimals: number | undefined
}

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The cell within `box`; `title` tells it in words. */
export function drawCell(cell: HeatmapCell, scale: CellScale, box: Rectangle, title: string): string {
  const words = element('title', {}, escaped(title, 600))
  if (isRefused(cell)) return element('g', {}, words, hatched(box))
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 + 4, anchor: 'middle' } as const
  const value = measuredIn(cell)
  if (!isDrawable(value)) {
    const area = element('rect', { class: 'empty', ...box, rx: 3 })
    return element('g', {}, words, area, drawText('\u2013', { ...middle, kind: 'tick' }))
  }
  const step = stepOf(value, scale)
  const ink = inkClass(scale.kind, step)
  return element(
    'g',
    {},
    words,
    element('rect', { class: stepClass(scale.kind, step), ...box, rx: 3 }),
    drawText(shownIn(cell, value, scale), { ...middle, kind: 'label', style: ink, room: box.width - 4 }),
    ...(isNoted(cell) ? [noteCorner(box, ink)] : []),
  )
}

/** The class of a step of a ramp; those of the two kinds differ, so that both may stand on one page. */
export function stepClass(kind: RampKind, step: number): string {
  return `${kind[0]}h${step}`
}

/** The class of what is written on that step. */
export function inkClass(kind: RampKind, step: number): string {
  return `${kind[0]}t${step}`
}

/** Slanted lines, cut to the rectangle by arithmetic: a pattern needs an id, and two pictures on a page would share it. */
export function hatched({ x, y, width, height }: Rectangle): string {
  const spacing = 7
  const lines: string[] = []
  for (let at = spacing / 2; at < width + height; at += spacing) {
    const from = [x + Math.max(0, at - height), y + Math.min(at, height)] as const
    const to = [x + Math.min(at, width), y + Math.max(0, at - width)] as const
    lines.push(pathThrough([from, to]))
  }
  const rim = element('rect', { class: 'empty', x, y, width, height, rx: 3 })
  return `${rim}${element('path', { class: 'hatch', d: lines.join('') })}`
}

/** What is printed in a cell that has a value. */
export function shownIn(cell: HeatmapCell, value: number, { decimals }: Pick<CellScale, 'decimals'>): string {
  return isWorded(cell) ? cell.text : formatValue(value, decimals)
}

/** The value that gives a cell its colour, if it has one. */
export function measuredIn(cell: HeatmapCell): number | null {
  if (cell === null || typeof cell === 'number') return cell
  return 'value' in cell ? cell.value : null
}

export function isRefused(cell: HeatmapCell): cell is { readonly refused: string } {
  return typeof cell === 'object' && cell !== null && 'refused' in cell
}

export function isWorded(cell: HeatmapCell): cell is { readonly value: number; readonly text: string } {
  return typeof cell === 'object' && cell !== null && 'text' in cell
}

export function isNoted(cell: HeatmapCell): cell is { readonly value: number; readonly note: string } {
  return typeof cell === 'object' && cell !== null && 'note' in cell
}

function noteCorner({ x, y, width }: Rectangle, ink: string): string {
  const d = `M${rounded(x + width - 9)},${rounded(y + 2)}h7v7z`
  return element('path', { class: ink, d, 'fill-opacity': 0.75 })
}

function stepOf(value: number, { min, max }: CellScale): number {
  const share = max > min ? (value - min) / (max - min) : 0.5
  return Math.round(Math.min(Math.max(share, 0), 1) * (rampSteps - 1))
}
