/**
 * Text in a picture: its sizes, an estimate of its width, and what is done with text that is too long.
 *
 * There is no browser to ask, and the font is the reader's own. The widths are those of DejaVu Sans, the widest of the
 * fonts that systems use for their own interface, so that what fits here fits everywhere.
 */
import { printable } from '../util/coded-error.ts'
import { element, escaped } from './svg.ts'

/** Font sizes, in units of the picture. */
export const textSizes = { title: 16, subtitle: 12.5, panel: 13, label: 12, tick: 11, note: 11 } as const
export type TextKind = keyof typeof textSizes

/** Kinds that are set in semi-bold, and how much wider that is. */
export const boldKinds: readonly TextKind[] = ['title', 'panel']
const boldWidening = 1.12

/** Width in em of the characters of each string; of any other, `otherWidth`. */
const widths: readonly (readonly [string, number])[] = [
  ["ijlI'|", 0.3],
  [' .,:;!-/\\()[]ftr"`', 0.42],
  ['Jcsz?_\u2013\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b', 0.56],
  ['Lkvxyaboepqdghnu0123456789EFPSTY^$*{}', 0.64],
  ['ABCKRVXZ', 0.7],
  ['DGHNOQUw&#+=<>~\u2212\u00d7\u2264\u2265', 0.84],
  ['mMW%@\u2026\u2014', 1],
]
const otherWidth = 0.9
const widthOf = new Map(widths.flatMap(([characters, em]) => [...characters].map((one) => [one, em])))

/** An estimate of the width of one line of text, on the high side. */
export function textWidth(text: string, kind: TextKind): number {
  let em = 0
  for (const character of text) em += widthOf.get(character) ?? unlistedWidth(character)
  return em * textSizes[kind] * (boldKinds.includes(kind) ? boldWidening : 1)
}

function unlistedWidth(character: string): number {
  if (/\p{M}/u.test(character)) return 0
  return /\p{Emoji_Presentation}/u.test(character) ? 1.4 : character >= '\u1100' ? 1.05 : otherWidth
}

/** `text`, or as much of its beginning as `room` holds, and an ellipsis. */
export function fitted(text: string, kind: TextKind, room: number): string {
  const shown = printable(text)
  if (textWidth(shown, kind) <= room) return shown
  const characters = [...shown]
  while (characters.length > 0 && textWidth(`${characters.join('').trimEnd()}\u2026`, kind) > room)
    characters.pop()
  return `${characters.join('').trimEnd()}\u2026`
}

/**
 * `text` broken at spaces into lines that `room` holds; a word that is longer is cut. At most `maxLines`, and no line much
 * shorter than the others: where they are several they are broken as early as their number allows.
 */
export function wrapped(text: string, kind: TextKind, room: number, maxLines = 3): string[] {
  const lines = broken(text, kind, room, maxLines)
  for (const share of [0.6, 0.7, 0.8, 0.9]) {
    const even = broken(text, kind, room * share, maxLines)
    if (
      lines.length > 1 &&
      even.length === lines.length &&
      even.every((line) => textWidth(line, kind) <= room)
    )
      return even
  }
  return lines.map((line) => fitted(line, kind, room))
}

function broken(text: string, kind: TextKind, room: number, maxLines: number): string[] {
  const lines: string[] = []
  for (const word of printable(text, 1000)
    .split(/\s+/)
    .filter((one) => one !== '')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && (lines.length === maxLines || textWidth(longer, kind) <= room))
      lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

export interface TextPlace {
  readonly x: number
  /** Of the baseline. */
  readonly y: number
  readonly kind: TextKind
  readonly anchor?: 'middle' | 'end'
  /** The greatest width; longer text is cut and told in full by a `<title>`. */
  readonly room?: number
  /** Further classes. */
  readonly style?: string
}

/** One line of text, escaped. */
export function drawText(text: string, place: TextPlace): string {
  const { x, y, kind, anchor, room, style } = place
  const shown = fitted(text, kind, room ?? Number.POSITIVE_INFINITY)
  const title = shown === printable(text) ? [] : [element('title', {}, escaped(text))]
  const attributes = { class: style === undefined ? kind : `${kind} ${style}`, x, y, 'text-anchor': anchor }
  return element('text', attributes, escaped(shown), ...title)
}
