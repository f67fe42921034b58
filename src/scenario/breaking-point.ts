/** What the worst attack of a table does to a rule: each attack, with its numbers searched. */
import type { AttackRow } from '../attack/attack-row.ts'
import { type Bounds, breakingValue, coarseHarm, worstValue } from './worst-value.ts'

/**
 * The harm of an attack as it is written: 0 where honest members end at their optimum, 1 where they end as far from it as they
 * began; Infinity where learning does not end.
 */
export type HarmOf = (attack: string) => Promise<number>

export interface Break {
  /** The attack as it does most harm: `ipm:tau=3.2`. */
  readonly attack: string
  readonly harm: number
  /**
   * From which value on, towards that in `attack`, it does `broken` harm: of the number that was found last. Absent where it never
   * does, or always, or numbers make it no worse.
   */
  readonly from?: string
}

/** From here on a rule counts as broken: learning has brought honest members no nearer to where they should be. */
export const broken = 1

/** Strengths that are searched: lies from a hundredth of what is honest to a thousand times it. */
const strengths: Bounds = { from: 0.01, to: 1000 }

/** Where a parameter takes no thousand: a share is at most 1. */
const lesserStrengths = [100, 10, 1]

/**
 * Searches the parameters of an attack one after the other, from the worst that was found: each of its words, then its numbers,
 * of both signs where it takes them, then the words again, because another may be worse with those numbers. Whole numbers, which
 * count something, stay as they are by default.
 */
export async function breakWith(name: string, { parameters }: AttackRow, harmOf: HarmOf): Promise<Break> {
  const search = new Search(name, harmOf)
  await search.start()
  const all = Object.entries(parameters)
  const wordy = all.flatMap(([parameter, { words = [] }]) => words.map((word) => [parameter, word] as const))
  const numeric = all
    .map(([parameter, { read }]) => [parameter, rangesOf(read)] as const)
    .filter(([, ranges]) => ranges.length > 0)
  for (const [parameter, word] of wordy) await search.give(parameter, word)
  for (const [parameter, ranges] of numeric) await search.searchNumbers(parameter, ranges)
  if (numeric.length > 0) for (const [parameter, word] of wordy) await search.give(parameter, word)
  return search.found()
}

/** Numbers of one sign. */
interface SignedRange extends Bounds {
  readonly sign: 1 | -1
}

/** What of the strengths a parameter takes, of each sign. */
function rangesOf(read: (text: string) => unknown): SignedRange[] {
  return ([1, -1] as const).flatMap((sign) => {
    const takes = (value: number) => read(`${sign * value}`) === sign * value
    const to = [strengths.to, ...lesserStrengths].find(takes)
    return to === undefined || !takes(strengths.from) ? [] : [{ sign, from: strengths.from, to }]
  })
}

/** One way to write the attack, and what it does. */
interface Tried {
  readonly given: ReadonlyMap<string, string>
  readonly harm: number
}

class Search {
  readonly #name: string
  readonly #harmOf: HarmOf
  #worst: Tried = { given: new Map(), harm: Number.NEGATIVE_INFINITY }
  /** The number that the worst was found by, if it was by one. */
  #last: { readonly parameter: string; readonly range: SignedRange; readonly value: number } | undefined

  constructor(name: string, harmOf: HarmOf) {
    this.#name = name
    this.#harmOf = harmOf
  }

  /** With all parameters at their defaults. */
  async start(): Promise<void> {
    await this.#try(new Map())
  }

  async give(parameter: string, text: string): Promise<void> {
    await this.#try(this.#with(parameter, text))
  }

  /** Of the two signs, that which is worse at the coarse points is searched further. */
  async searchNumbers(parameter: string, ranges: readonly SignedRange[]): Promise<void> {
    let [range] = ranges
    let worst = Number.NEGATIVE_INFINITY
    for (const one of ranges) {
      const harm = await coarseHarm(this.#harmBy(parameter, one), one)
      if (harm > worst) [range, worst] = [one, harm]
    }
    if (range === undefined) return
    const { value } = await worstValue(this.#harmBy(parameter, range), range)
    const isWorse = await this.#try(this.#with(parameter, `${range.sign * value}`))
    if (isWorse) this.#last = { parameter, range, value }
  }

  async found(): Promise<Break> {
    const { given, harm } = this.#worst
    const from = harm >= broken ? await this.#breaking() : undefined
    return { attack: this.#textOf(given), harm, ...(from === undefined ? {} : { from }) }
  }

  /** Undefined where it breaks the rule with the least strength that is searched, or whatever the number. */
  async #breaking(): Promise<string | undefined> {
    if (this.#last === undefined) return undefined
    const { parameter, range, value } = this.#last
    const harmAt = this.#harmBy(parameter, range)
    if ((await harmAt(range.from)) >= broken) return undefined
    const least = await breakingValue(harmAt, { from: range.from, to: value }, broken)
    return `${parameter}=${range.sign * least}`
  }

  /** The others as they are in the worst. */
  #harmBy(parameter: string, { sign }: SignedRange): (value: number) => Promise<number> {
    return (value) => this.#harmOf(this.#textOf(this.#with(parameter, `${sign * value}`)))
  }

  #with(parameter: string, text: string): ReadonlyMap<string, string> {
    return new Map([...this.#worst.given, [parameter, text]])
  }

  async #try(given: ReadonlyMap<string, string>): Promise<boolean> {
    const harm = await this.#harmOf(this.#textOf(given))
    if (harm <= this.#worst.harm) return false
    this.#worst = { given, harm }
    return true
  }

  #textOf(given: ReadonlyMap<string, string>): string {
    const pairs = [...given].map(([parameter, text]) => `${parameter}=${text}`)
    return pairs.length === 0 ? this.#name : `${this.#name}:${pairs.join(',')}`
  }
}
