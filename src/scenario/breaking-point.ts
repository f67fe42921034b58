/** What the worst attack of a table does to a rule: each attack, with its numbers searched. */
import type { AttackRow } from '../attack/attack-row.ts'
import { type Bounds, breakingValue, worstValue } from './worst-value.ts'

/**
 * The harm of an attack as it is written: 0 where honest members end at their optimum, 1 where they end as far from it as they
 * began; Infinity where learning does not end.
 */
export type HarmOf = (attack: string) => Promise<number>

export interface Break {
  /** The attack as it does most harm: `ipm:tau=3.2`. */
  readonly attack: string
  readonly harm: number
  /** From which value of its last searched parameter on it does `broken` harm; absent where it never does, or always. */
  readonly from?: string
}

/** From here on a rule counts as broken: learning has brought honest members no nearer to where they should be. */
export const broken = 1

/** Strengths that are searched: lies from a hundredth of what is honest to a thousand times it. */
const strengths: Bounds = { from: 0.01, to: 1000 }

/** Searches the numbers of an attack one after the other, the others as they were found, or at their defaults. */
export async function breakWith(name: string, row: AttackRow, harmOf: HarmOf): Promise<Break> {
  const numbers = Object.entries(row.parameters).flatMap(([parameter, { read }]) =>
    [strengths.from, strengths.to].every((value) => read(`${value}`) === value) ? [parameter] : [],
  )
  const found: string[] = []
  let worst: Break = { attack: name, harm: await harmOf(name) }
  for (const parameter of numbers) {
    const others = [...found]
    const textOf = (value: number) => `${name}:${[...others, `${parameter}=${value}`].join(',')}`
    const harmAt = (value: number) => harmOf(textOf(value))
    const { value, harm } = await worstValue(harmAt, strengths)
    found.push(`${parameter}=${value}`)
    if (harm <= worst.harm) continue
    const isBrokenLater = harm >= broken && (await harmAt(strengths.from)) < broken
    const bounds = { from: strengths.from, to: value }
    const from = isBrokenLater ? { from: `${parameter}=${await breakingValue(harmAt, bounds, broken)}` } : {}
    worst = { attack: textOf(value), harm, ...from }
  }
  return worst
}
