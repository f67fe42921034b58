/** Which colour is which series. */
import type { Block } from './frame.ts'
import { padding } from './frame.ts'
import { seriesClass } from './palette.ts'
import { element } from './svg.ts'
import { drawText, fitted, textWidth } from './text.ts'

const rowHeight = 19
const swatchWidth = 22

/** All `names`, in the colours of their positions, in as many rows as `width` makes necessary. */
export function legend(names: readonly string[], swatch: 'line' | 'bar', width: number): Block {
  let [x, row] = [0, 0]
  const places = names.map((name, series) => {
    const text = fitted(name, 'label', width - swatchWidth - 6)
    const taken = swatchWidth + 6 + textWidth(text, 'label')
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
          x: x + swatchWidth + 6,
          y: middle + 4,
          kind: 'label',
          room: width - swatchWidth - 6,
        })
        return `${drawSwatch(swatch, series, x, middle)}${text}`
      })
      .join('\n')
  return { height: (row + 1) * rowHeight, draw }
}

function drawSwatch(kind: 'line' | 'bar', series: number, x: number, middle: number): string {
  if (kind === 'line')
    return element('path', { class: `line ${seriesClass(series)}`, d: `M${x},${middle}h${swatchWidth}` })
  return element('rect', {
    class: `solid ${seriesClass(series)}`,
    x: x + swatchWidth - 12,
    y: middle - 6,
    width: 12,
    height: 12,
    rx: 2,
  })
}
