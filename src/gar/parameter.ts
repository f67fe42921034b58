/** What may be written after a rule's name: `krum:neighbors=n-f-1,distance=euclidean`. */
import { atLeast, type Bound } from './bound.ts'

/** How a parameter's text is read. Every value has one spelling, so equal pipelines have equal texts. */
export interface Parameter<T> {
  /** The text of the value that holds where none is given. */
  readonly default: string
  /** The values there are, for a message and for the documentation. */
  readonly allowed: string
  /** The value that `text` spells, or undefined. */
  read(text: string): T | undefined
}

/** A number of vectors that may depend on how many there are. */
export interface Count {
  readonly text: string
  of(n: number, f: number): number
  /** Where the count is between 1 and n-f. */
  readonly bound: Bound
}

/** One of some words; the first is the default. */
export function oneOf<const W extends readonly [string, ...string[]]>(...words: W): Parameter<W[number]> {
  return {
    default: words[0],
    allowed: words.join(', '),
    read: (text) => words.find((word) => word === text),
  }
}

/** A number of vectors: `7`, `n-f` or `n-f-2`. */
export function count(byDefault: string): Parameter<Count> {
  return { default: byDefault, allowed: 'a whole number from 1 up, n-f, or n-f-1 and so on', read: readCount }
}

function readCount(text: string): Count | undefined {
  const match = /^(?:([1-9]\d{0,5})|n-f(?:-([1-9]\d{0,5}))?)$/.exec(text)
  if (match === null) return undefined
  const [, fixed, less] = match
  if (fixed !== undefined) return { text, of: () => Number(fixed), bound: atLeast(1, Number(fixed)) }
  const fewer = Number(less ?? 0)
  return { text, of: (n, f) => n - f - fewer, bound: atLeast(1, fewer + 1) }
}
