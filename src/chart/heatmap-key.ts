/** What colours, hatching and corners of a heatmap mean. */
import { type Block, gap, padding, paragraph } from './frame.ts'
import type { CellScale, HeatmapCell } from './heatmap-cell.ts'
import { hatched, isRefused, stepClass } from './heatmap-cell.ts'
import { formatValue } from './numbers.ts'
import { rampSteps } from './palette.ts'
import { element } from './svg.ts'
import { drawText, textWidth } from './text.ts'

const barWidth = 189
const hatchLeft = padding + barWidth + 30
const hatchTextLeft = hatchLeft + 34

/** The colour bar with its ends, beside it the sign for refused, below it the reasons and the notes, where there are any. */
export function drawKey(
  title: string,
  scale: CellScale,
  cells: readonly HeatmapCell[],
  notes: readonly string[],
  width: number,
): Block[] {
  const reasons = [...new Set(cells.filter(isRefused).map(({ refused }) => refused))]
  const short = shortReason(reasons, width)
  const bar: Block = {
    height: 46,
    draw: (top) =>
      [
        drawText(title, { x: padding, y: top + 11, kind: 'note', room: width - 2 * padding }),
        drawBar(scale, top + 20),
        reasons.length === 0 ? '' : drawHatchKey(short ?? 'refused', top + 14, width),
      ]
        .filter((part) => part !== '')
        .join('\n'),
  }
  const below = [
    ...(reasons.length > 0 && short === undefined ? [`Refused: ${reasons.join('; ')}.`] : []),
    ...(notes.length > 0 ? [`Marked in the corner: ${notes.join('; ')}.`] : []),
  ]
  return [bar, ...below.flatMap((text) => [gap(8), paragraph(text, 'note', width - 2 * padding, 4)])]
}

function drawBar({ kind, min, max, decimals }: CellScale, top: number): string {
  const step = barWidth / rampSteps
  const steps = Array.from({ length: rampSteps }, (_, i) =>
    element('rect', {
      class: stepClass(kind, i),
      x: padding + i * step,
      y: top,
      width: step,
      height: 10,
      'shape-rendering': 'crispEdges',
    }),
  )
  const tick = { y: top + 24, kind: 'tick' } as const
  const middle = { ...tick, x: padding + barWidth / 2, anchor: 'middle' } as const
  return [
    ...steps,
    drawText(formatValue(min, decimals), { ...tick, x: padding }),
    ...(kind === 'diverging' ? [drawText(formatValue((min + max) / 2, decimals), middle)] : []),
    drawText(formatValue(max, decimals), { ...tick, x: padding + barWidth, anchor: 'end' }),
  ].join('\n')
}

/** The one reason, where there is one and it finds room beside its sign. */
function shortReason(reasons: readonly string[], width: number): string | undefined {
  const words = `refused: ${reasons[0]}`
  const fits = textWidth(words, 'note') <= width - padding - hatchTextLeft
  return reasons.length === 1 && fits ? words : undefined
}

function drawHatchKey(words: string, top: number, width: number): string {
  const sign = hatched({ x: hatchLeft, y: top, width: 26, height: 18 })
  const place = {
    x: hatchTextLeft,
    y: top + 13,
    kind: 'note',
    room: width - padding - hatchTextLeft,
  } as const
  return `${sign}${drawText(words, place)}`
}
