/** Crosses where something happened on the way, each with a word beside it where there is room. */
import { type Box, contains, overlap, textBox } from './boxes.ts'
import { seriesClass } from './palette.ts'
import { element, escaped, type Point, rounded } from './svg.ts'
import { drawText } from './text.ts'

export interface PlacedMark {
  readonly at: Point
  readonly series: number
  readonly arm: string
  readonly text: string
}

const arm = 4.5

/** All marks of one panel. A word that would lie on another, on a cross or beyond the plot is told by the `<title>` alone. */
export function drawMarks(marks: readonly PlacedMark[], plot: Box): string {
  const taken: Box[] = marks.map(({ at }) => crossBox(at))
  return marks
    .map((mark) => {
      const words = placeWords(mark, plot, taken)
      return `${drawCross(mark)}${words}`
    })
    .join('\n')
}

function crossBox([x, y]: Point): Box {
  return { left: x - arm, right: x + arm, top: y - arm, bottom: y + arm }
}

function drawCross({ at: [x, y], series, arm: name, text }: PlacedMark): string {
  const d = `M${-arm},${-arm}L${arm},${arm}M${-arm},${arm}L${arm},${-arm}`
  return element(
    'g',
    { class: seriesClass(series), transform: `translate(${rounded(x)} ${rounded(y)})` },
    element('title', {}, escaped(`${name}: ${text}`)),
    element('path', { class: 'cross-rim', d }),
    element('path', { class: 'cross', d }),
  )
}

function placeWords({ at: [x, y], text }: PlacedMark, plot: Box, taken: Box[]): string {
  const places = [
    { x: x + 9, y: y + 4, anchor: 'start' },
    { x: x - 9, y: y + 4, anchor: 'end' },
    { x, y: y - 9, anchor: 'middle' },
    { x, y: y + 18, anchor: 'middle' },
  ] as const
  for (const place of places) {
    const box = textBox(text, 'note', place.x, place.y, place.anchor)
    if (!contains(plot, box) || taken.some((other) => overlap(other, box))) continue
    taken.push(box)
    const anchor = place.anchor === 'start' ? {} : { anchor: place.anchor }
    return drawText(text, { x: place.x, y: place.y, kind: 'note', style: 'rimmed', ...anchor })
  }
  return ''
}
