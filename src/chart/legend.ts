/** Which colour is which series. */
import type { Block } from './frame.ts'
import { padding } from './frame.ts'
import { seriesClass } from './palette.ts'
import { element, pathThrough } from './svg.ts'
import { drawText, fitted, textWidth } from './text.ts'

const rowHeight = 19
const swatchWidths = { line: 22, bar: 12 } as const

/** All `names`, in the colours of their positions, in as many rows as `width` makes necessary. */
export function legend(names: readonly string[], swatch: 'line' | 'bar', width: number): Block {
  const before = swatchWidths[swatch] + 6
  let [x, row] = [0, 0]
  const places = names.map((name, series) => {
    const text = fitted(name, 'label', width - before)
    const taken = before + textWidth(text, 'label')
    if (x > 0 && x + taken > width) [x, row] = [0, row + 1]
    const place = { name, series, x: padding + x, row }
    x += taken + 20
    return place
  })
  const draw = (top: number) =>
    places
      .map(({ name, series, x, row }) => {
        const middle = top + row * rowHeight + 9
        const text = drawText(name, {
          x: x + before,
          y: middle + 4,
          kind: 'label',
          room: width - before,
        })
        return `${drawSwatch(swatch, series, x, middle)}${text}`
      })
      .join('\n')
  return { height: (row + 1) * rowHeight, draw }
}

function drawSwatch(kind: 'line' | 'bar', series: number, x: number, middle: number): string {
  const width = swatchWidths[kind]
  if (kind === 'bar') {
    const box = { x, y: middle - width / 2, width, height: width, rx: 2 }
    return element('rect', { class: `solid ${seriesClass(series)}`, ...box })
  }
  const d = pathThrough([
    [x, middle],
    [x + width, middle],
  ])
  return element('path', { class: `line ${seriesClass(series)}`, d })
}
