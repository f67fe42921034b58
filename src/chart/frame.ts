/** The frame of every picture: title, legend, contents and notes, one below the other. */
import { element, escaped } from './svg.ts'
import { drawText, type TextKind, textSizes, wrapped } from './text.ts'

/** What every picture says about itself. */
export interface Heading {
  readonly title: string
  /** What a reader must know to read it: model, n, f, attack. */
  readonly subtitle?: string
  /** For readers who cannot see the picture; by default the data in words. */
  readonly description?: string
}

/** A part of a picture over its whole width, `height` high, drawn from `top` down. */
export interface Block {
  readonly height: number
  readonly draw: (top: number) => string
}

/** Free space around everything. */
export const padding = 20
/** Descriptions hold the data in words, and are cut here. */
const maxDescription = 4000

export function gap(height: number): Block {
  return { height, draw: () => '' }
}

/** Text over as many lines as it needs. */
export function paragraph(text: string, kind: TextKind, width: number, maxLines?: number): Block {
  const lines = wrapped(text, kind, width, maxLines)
  const lineHeight = textSizes[kind] * 1.4
  const draw = (top: number) =>
    lines
      .map((line, i) => drawText(line, { x: padding, y: top + i * lineHeight + textSizes[kind], kind }))
      .join('\n')
  return { height: lines.length * lineHeight, draw }
}

/** A whole picture, `width` wide. `summary`: its data in words, where the spec has no description. */
export function drawPicture(
  heading: Heading,
  width: number,
  style: string,
  summary: string,
  contents: readonly Block[],
): string {
  const room = width - 2 * padding
  const head = [paragraph(heading.title, 'title', room, 2)]
  if (heading.subtitle !== undefined) head.push(gap(3), paragraph(heading.subtitle, 'subtitle', room))
  const blocks = [gap(padding - 4), ...head, ...contents, gap(padding - 4)]
  let top = 0
  const drawn: string[] = []
  for (const block of blocks) {
    const markup = block.draw(top)
    if (markup !== '') drawn.push(markup)
    top += block.height
  }
  const height = Math.ceil(top)
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: 'medoid-chart',
    role: 'img',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
  }
  // The surface is opaque: the page around it need not follow the reader's scheme.
  const children = [
    element('title', {}, escaped(heading.title)),
    element('desc', {}, escaped(heading.description ?? summary, maxDescription)),
    element('style', {}, style),
    element('rect', { class: 'surface', width, height, rx: 6 }),
    ...drawn,
  ]
  return `${element('svg', attributes, `\n${children.join('\n')}\n`)}\n`
}
