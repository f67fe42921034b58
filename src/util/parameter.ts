/** What may be written after the name of an attack or a protocol: `min-max:dev=std,from=10`, `byzsgd:servers=5`. */

/** How a parameter's text is read. */
export interface Parameter<T> {
  /** The text of the value that holds where none is given. */
  readonly default: string
  /** The values there are, for a message and for the documentation. */
  readonly allowed: string
  /** Those of the values that are words; absent where none is. */
  readonly words?: readonly string[]
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
    words,
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
    words,
    read: (text) => words.find((word) => word === text) ?? other.read(text),
  }
}

/** A text that no value could be read from. */
export type Misread =
  /** There is no such parameter, or it was given before. */
  | { readonly parameter: string; readonly known: readonly string[] }
  | { readonly parameter: string; readonly value: string; readonly allowed: string }

/** What `name=value,name=value` says, and what it leaves out by default. `onMisread` throws. */
export function readParameters<P extends Parameters>(
  known: P,
  text: string,
  onMisread: (misread: Misread) => never,
): { readonly values: Values<P>; readonly given: ReadonlyMap<string, string> } {
  const given = new Map<string, string>()
  for (const pair of text.split(',').filter(Boolean)) {
    const [name = '', ...value] = pair.split('=').map((part) => part.trim())
    if (!Object.hasOwn(known, name) || given.has(name))
      return onMisread({ parameter: pair, known: Object.keys(known) })
    given.set(name, value.join('='))
  }
  const values = Object.entries(known).map(([parameter, { default: byDefault, allowed, read }]) => {
    const text = given.get(parameter) ?? byDefault
    const value = read(text)
    return value === undefined ? onMisread({ parameter, value: text, allowed }) : [parameter, value]
  })
  return { values: Object.fromEntries(values), given }
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
