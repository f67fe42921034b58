/** SVG as text: elements, escaping, and numbers that are the same on every machine. */
import { printable } from '../util/coded-error.ts'

export type Attributes = Readonly<Record<string, string | number | undefined>>
export type Point = readonly [x: number, y: number]

/** One element. Text attributes are escaped, numbers rounded, undefined ones left out; `children` are markup already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        ` ${key}="${typeof value === 'number' ? rounded(value) : escaped(String(value), Number.POSITIVE_INFINITY)}"`,
    )
    .join('')
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`
}

/** Text that comes from a user as it may stand in XML: cut, without what XML forbids, its five characters escaped. */
export function escaped(text: string, maxLength = 256): string {
  return printable(text, maxLength).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** To two decimals: finer than a screen shows. */
export function rounded(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** The `d` of a path through `points`; closed, an area. */
export function pathThrough(points: readonly Point[], closed = false): string {
  const steps = points.map(([x, y]) => `${rounded(x)},${rounded(y)}`).join('L')
  return `M${steps}${closed ? 'Z' : ''}`
}
