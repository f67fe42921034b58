/** Rectangles that text takes up, and whether they meet. */
import { type TextKind, textSizes, textWidth } from './text.ts'

export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** What one line of text with its baseline at (x, y) covers. */
export function textBox(
  text: string,
  kind: TextKind,
  x: number,
  y: number,
  anchor: 'start' | 'middle' | 'end',
): Box {
  const width = textWidth(text, kind)
  const left = anchor === 'start' ? x : anchor === 'middle' ? x - width / 2 : x - width
  return { left, right: left + width, top: y - textSizes[kind] * 0.78, bottom: y + textSizes[kind] * 0.24 }
}

export function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
}

export function contains(outer: Box, inner: Box): boolean {
  return (
    outer.left <= inner.left &&
    inner.right <= outer.right &&
    outer.top <= inner.top &&
    inner.bottom <= outer.bottom
  )
}
