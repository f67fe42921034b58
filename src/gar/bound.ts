/** From how many vectors on a rule withstands f arbitrary ones. */

/** n >= slope f + offset. With an infinite slope no n is enough for f > 0. */
interface Line {
  readonly slope: number
  readonly offset: number
}

/** All of its lines hold. */
export interface Bound {
  readonly lines: readonly Line[]
}

/** n >= slope f + offset. */
export function atLeast(slope: number, offset: number): Bound {
  return { lines: [{ slope, offset }] }
}

/** n >= count, whatever f is. */
export function nAtLeast(count: number): Bound {
  return atLeast(0, count)
}

/** f = 0: for what withstands nobody. */
export const nobodyLies: Bound = atLeast(Number.POSITIVE_INFINITY, 1)

/** Half of the vectors and one more are honest: what no rule can do without. */
export const honestMajority: Bound = atLeast(2, 1)

/** There is a vector besides those that may be arbitrary: for a stage that promises nothing by itself. */
export const anHonestOne: Bound = atLeast(1, 1)

/** Every one of `bounds`; a line that another implies is left out. */
export function both(...bounds: readonly Bound[]): Bound {
  const lines: Line[] = []
  for (const line of bounds.flatMap((bound) => bound.lines)) {
    if (lines.some((other) => implies(other, line))) continue
    lines.splice(0, lines.length, ...lines.filter((other) => !implies(line, other)), line)
  }
  return { lines }
}

/** What n must satisfy so that ceil(n / s) rows satisfy `bound`: ceil(n / s) >= a f + b where n >= s a f + s (b - 1) + 1. */
export function ofGroups(bound: Bound, s: number): Bound {
  return {
    lines: bound.lines.map(({ slope, offset }) => ({ slope: s * slope, offset: s * (offset - 1) + 1 })),
  }
}

/** The least n that `bound` admits for f; Infinity where it admits none. */
export function minimumOf(bound: Bound, f: number): number {
  return Math.max(...bound.lines.map(({ slope, offset }) => (f === 0 ? offset : slope * f + offset)))
}

/** The greatest f that `bound` admits for n, or undefined where not even 0 is. */
export function largestFOf(bound: Bound, n: number): number | undefined {
  if (minimumOf(bound, 0) > n) return undefined
  let f = 0
  while (minimumOf(bound, f + 1) <= n) f++
  return f
}

/** `n >= 2f+3`, `f = 0`, `n >= 2f+1 and n >= f+7`. */
export function formatBound(bound: Bound): string {
  return bound.lines.map(formatLine).join(' and ')
}

function formatLine({ slope, offset }: Line): string {
  if (slope === Number.POSITIVE_INFINITY) return 'f = 0'
  if (slope === 0) return `n >= ${offset}`
  return `n >= ${slope === 1 ? '' : slope}f+${offset}`
}

function implies(line: Line, other: Line): boolean {
  return line.slope >= other.slope && line.offset >= other.offset
}
