/** The repository's Markdown files, taken apart: what docs.test.ts looks at. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

export interface Page {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

export const pages: readonly Page[] = globSync('**/*.md', {
  cwd: root,
  exclude: ['node_modules/**', 'dist/**', '.git/**'],
}).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

export function pageOf(path: string): Page {
  const page = pages.find((candidate) => candidate.path === path)
  if (page === undefined) throw new Error(`there is no ${path}`)
  return page
}

/** The cells of every table row, heads and rules left out. A cell may hold an escaped bar. */
export function tableRows({ text }: { readonly text: string }): string[][] {
  const lines = text.split('\n')
  return lines
    .filter((line, i) => line.startsWith('|') && !isRule(line) && !isRule(lines[i + 1] ?? ''))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim().replaceAll('\\|', '|')))
}

/** The part of a page below one heading, up to the next of the same or a higher level. */
export function section({ path, text }: Page, heading: string): { readonly text: string } {
  const [, marks = ''] = new RegExp(`^(#+) ${heading}$`, 'm').exec(text) ?? []
  if (marks === '') throw new Error(`${path} has no heading "${heading}"`)
  const [, below = ''] = text.split(`${marks} ${heading}\n`)
  return { text: below.split(new RegExp(`^#{1,${marks.length}} `, 'm'))[0] ?? '' }
}

/** Targets of inline links. */
export function linksIn({ text }: Page): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

/** The fragments by which the headings of a page are linked to, as GitHub makes them. */
export function anchorsIn({ text }: Page): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Code between single backticks, outside fenced blocks. */
export function inlineCode({ text }: { readonly text: string }): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '')
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
}

/** Commands that a page tells its reader to run: lines of `sh` blocks, split at `&&`, and inline code. */
export function shellCommands(page: Page): string[] {
  const blocks = [...page.text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
  const lines = blocks.flatMap((block) => block.split('\n')).map((line) => line.replace(/\s#.*$/, ''))
  return [...lines, ...inlineCode(page)]
    .flatMap((line) => line.split('&&'))
    .map((line) => line.trim())
    .filter((line) => /^(?:npm|npx|node|medoid) /.test(line))
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
}

function isRule(line: string): boolean {
  return /^\|[-|: ]+\|$/.test(line)
}
