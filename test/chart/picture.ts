/** Reads pictures back: a strict reader of the XML that they are made of, and what their texts cover. */
import assert from 'node:assert/strict'
import { type Box, overlap, textBox } from '../../src/chart/boxes.ts'
import { type TextKind, textSizes } from '../../src/chart/text.ts'

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  /** Character data directly within, entities resolved. */
  text: string
}

/** The root element. Throws on whatever is not well-formed, and on entities and constructs that pictures do not use. */
export function parseXml(source: string): Element {
  // Characters that XML 1.0 forbids, section 2.2.
  assert.doesNotMatch(source, /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u)
  const root: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const top = () => open.at(-1) ?? root
  for (const [token] of source.matchAll(/<[^>]*>|[^<]+|</g)) {
    if (!token.startsWith('<')) top().text += resolved(token)
    else if (token.startsWith('</')) assert.equal(`</${open.pop()?.name}>`, token)
    else {
      const element = parseTag(token)
      top().children.push(element)
      if (!token.endsWith('/>')) open.push(element)
    }
  }
  assert.deepEqual(
    open.map(({ name }) => name),
    [''],
    'every element is closed',
  )
  const [svg, ...others] = root.children
  assert.ok(svg !== undefined && others.length === 0 && root.text.trim() === '', 'there is one root')
  return svg
}

function parseTag(token: string): Element {
  const match = /^<([a-z][A-Za-z]*)((?: [a-zA-Z:-]+="[^"<]*")*)\/?>$/.exec(token)
  assert.ok(match, `malformed: ${token}`)
  const [, name = '', written = ''] = match
  const pairs = [...written.matchAll(/ ([a-zA-Z:-]+)="([^"]*)"/g)].map(
    ([, key = '', value = '']) => [key, resolved(value)] as const,
  )
  assert.equal(new Set(pairs.map(([key]) => key)).size, pairs.length, `an attribute twice: ${token}`)
  return { name, attributes: Object.fromEntries(pairs), children: [], text: '' }
}

function resolved(text: string): string {
  assert.doesNotMatch(text.replace(/&#\d+;/g, ''), /&/, text)
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
}

/** `element` and all that it contains. */
export function all(element: Element, name?: string, className?: string): Element[] {
  const inside = [element, ...element.children.flatMap((child) => all(child))]
  return inside.filter(
    (one) =>
      (name === undefined || one.name === name) &&
      (className === undefined || (one.attributes.class ?? '').split(' ').includes(className)),
  )
}

/** What is written in a picture, line by line. */
export function textsOf(picture: string): string[] {
  return all(parseXml(picture), 'text').map(({ text }) => text)
}

export interface WrittenText {
  readonly text: string
  readonly box: Box
}

/** Every line of text with the box that it covers. */
export function boxesOf(root: Element): WrittenText[] {
  return all(root, 'text').map(({ text, attributes }) => {
    const kind = (attributes.class ?? '').split(' ')[0] ?? ''
    assert.ok(kind in textSizes, kind)
    const anchor = attributes['text-anchor'] ?? 'start'
    assert.ok(anchor === 'start' || anchor === 'middle' || anchor === 'end')
    const [x, y] = [Number(attributes.x), Number(attributes.y)]
    return { text, box: textBox(text, kind as TextKind, x, y, anchor) }
  })
}

/** Fails where a text leaves the picture or lies on another one, and where the XML is not what it should be. */
export function assertReadable(picture: string): Element {
  const root = parseXml(picture)
  const [, , width = 0, height = 0] = (root.attributes.viewBox ?? '').split(' ').map(Number)
  assert.ok(width > 0 && height > 0)
  const texts = boxesOf(root)
  for (const { text, box } of texts)
    assert.ok(
      box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height,
      `leaves the picture: ${text} ${JSON.stringify(box)}, ${width} x ${height}`,
    )
  for (const [i, one] of texts.entries())
    for (const other of texts.slice(i + 1))
      assert.ok(!overlap(one.box, other.box), `on each other: ${one.text} | ${other.text}`)
  for (const { name, attributes } of all(root))
    for (const [key, value] of Object.entries(attributes))
      assert.doesNotMatch(value, /\d\.\d{3}|NaN|Infinity|undefined|\de[+-]?\d/, `${name} ${key}`)
  return root
}

/** Points of a path's `d`, in order. */
export function pointsOf({ attributes }: Element): (readonly [number, number])[] {
  return [...(attributes.d ?? '').matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ])
}
