/** What may be written after a rule's name: `krum:neighbors=n-f-1,distance=euclidean`. */
import { atLeast, type Bound, both, nAtLeast } from './bound.ts'

/** How a parameter's text is read. `Written` is what a program may give instead of text. */
export interface Parameter<T, Written extends string | number = string> {
  /** The text of the value that holds where none is given. */
  readonly default: string
  /** The values there are, for a message and for the documentation. */
  readonly allowed: string
  /** The value that `text` spells, or undefined. */
  read(text: string): T | undefined
  /** The one spelling of a value, so that equal pipelines have equal texts. */
  format(value: T): string
  /** Never there: it carries a type. */
  readonly written?: Written
}

/** A number of vectors that may depend on how many there are. */
export interface Count {
  readonly text: string
  of(n: number, f: number): number
  /** Where there are that many. */
  readonly bound: Bound
}

/** One of some words; the first is the default. */
export function oneOf<const W extends readonly [string, ...string[]]>(
  ...words: W
): Parameter<W[number], W[number]> {
  return {
    default: words[0],
    allowed: words.join(', '),
    read: (text) => words.find((word) => word === text),
    format: (word) => word,
  }
}

export type CountText = 'n-f' | `n-f-${number}`

/** A number of vectors from 1 to n-f: `7`, `n-f` or `n-f-2`. */
export function count(byDefault: CountText): Parameter<Count, CountText | number> {
  return {
    default: byDefault,
    allowed: 'a whole number from 1 up, n-f, or n-f-1 and so on',
    read: readCount,
    format: ({ text }) => text,
  }
}

function readCount(text: string): Count | undefined {
  const match = /^(?:([1-9]\d{0,5})|n-f(?:-([1-9]\d{0,5}))?)$/.exec(text)
  if (match === null) return undefined
  const [, fixed, less] = match
  if (fixed !== undefined) return { text, of: () => Number(fixed), bound: atLeast(1, Number(fixed)) }
  const fewer = Number(less ?? 0)
  return { text, of: (n, f) => n - f - fewer, bound: atLeast(1, fewer + 1) }
}

/**
 * How many other vectors count in a Krum score. n >= 2f+3 is what the paper proves for its n-f-2. With n-f-1, n >= 2f+1 is
 * enough for the weaker (f, kappa)-robustness (Allouah et al., "Fixing by Mixing", AISTATS 2023): an honest vector's score
 * is then at most its distances to all other honest ones, and a liar's counts at least n-2f honest ones. For a number of
 * one's own nothing is proven.
 */
export function neighbors(): Parameter<Count, 'n-f-2' | 'n-f-1' | number> {
  return {
    default: 'n-f-2',
    allowed: 'n-f-2, n-f-1 or a whole number from 1 up',
    read: readNeighbors,
    format: ({ text }) => text,
  }
}

function readNeighbors(text: string): Count | undefined {
  const read = readCount(text)
  if (text === 'n-f-2') return read && { ...read, bound: atLeast(2, 3) }
  if (text === 'n-f-1') return read && { ...read, bound: atLeast(2, 1) }
  if (read === undefined || !/^\d+$/.test(text)) return undefined
  return { ...read, bound: both(atLeast(2, 1), nAtLeast(Number(text) + 1)) }
}

/**
 * A number in plain or scientific notation from 1e-38 to 1e38, which float32 holds as it does its reciprocal; with `orZero`
 * from 0.
 */
export function real(
  byDefault: number,
  { orZero = false }: { orZero?: boolean } = {},
): Parameter<number, number> {
  const least = orZero ? 0 : 1e-38
  return {
    default: String(byDefault),
    allowed: `a number from ${least} to 1e38`,
    read(text) {
      if (!/^\d{1,40}(\.\d{1,40})?(e[+-]?\d{1,3})?$/.test(text)) return undefined
      const value = Number(text)
      return value >= least && value <= 1e38 ? value : undefined
    },
    format: String,
  }
}

/** A whole number in a range. */
export function whole(
  byDefault: number,
  { from, to }: { readonly from: number; readonly to: number },
): Parameter<number, number> {
  return {
    default: String(byDefault),
    allowed: `a whole number from ${from} to ${to}`,
    read: (text) => readWhole(text, from, to),
    format: String,
  }
}

/** One of some words, or a position among the vectors, counted from 0; the first word is the default. */
export function wordOrPosition<const W extends string>(word: W): Parameter<W | number, W | number> {
  return {
    default: word,
    allowed: `${word} or a position, counted from 0`,
    read: (text) => (text === word ? word : readWhole(text, 0, 999_999)),
    format: String,
  }
}

function readWhole(text: string, from: number, to: number): number | undefined {
  if (!/^(?:0|[1-9]\d{0,9})$/.test(text)) return undefined
  const value = Number(text)
  return value >= from && value <= to ? value : undefined
}
