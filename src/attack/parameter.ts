/** What may be written after an attack's name: `min-max:dev=std,from=10`. */

/** How a parameter's text is read. */
export interface Parameter<T> {
  /** The text of the value that holds where none is given. */
  readonly default: string
  /** The values there are, for a message and for the documentation. */
  readonly allowed: string
  /** The value that `text` spells, or undefined. */
  read(text: string): T | undefined
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>

/** The values of parameters, by name. */
export type Values<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never
}

/** Any finite number. */
export function number(byDefault: number): Parameter<number> {
  return { default: `${byDefault}`, allowed: 'a number', read: readNumber }
}

/** A number from `min` to `max`. */
export function between(min: number, max: number, byDefault: number): Parameter<number> {
  return {
    default: `${byDefault}`,
    allowed: `a number from ${min} to ${max}`,
    read: (text) => within(readNumber(text), min, max),
  }
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number, byDefault: number): Parameter<number> {
  return {
    default: `${byDefault}`,
    allowed: `a whole number from ${min} to ${max}`,
    read: (text) => readWhole(text, min, max),
  }
}

/** One of some words; the first is the default. */
export function oneOf<const W extends readonly [string, ...string[]]>(...words: W): Parameter<W[number]> {
  return {
    default: words[0],
    allowed: words.join(', '),
    read: (text) => words.find((word) => word === text),
  }
}

/** One of some words, or what `other` reads; the default is given as text. */
export function wordOr<const W extends readonly string[], T>(
  byDefault: string,
  words: W,
  other: Parameter<T>,
): Parameter<W[number] | T> {
  return {
    default: byDefault,
    allowed: `${words.join(', ')} or ${other.allowed}`,
    read: (text) => words.find((word) => word === text) ?? other.read(text),
  }
}

function readNumber(text: string): number | undefined {
  const value = Number(text)
  return text === '' || !Number.isFinite(value) ? undefined : value
}

function readWhole(text: string, min: number, max: number): number | undefined {
  const value = within(readNumber(text), min, max)
  return Number.isSafeInteger(value) ? value : undefined
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined
}
