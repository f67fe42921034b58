/** For each rule and each number of attackers the worst that the attacks of a sweep did to it. */
import { liarsOf } from './check-arm.ts'
import { formatSetting } from './labels.ts'
import type { RunResult } from './result.ts'
import type { Arm, Scenario } from './scenario.ts'

export type WorstCell =
  /** Mean over the seeds under the attack that leaves least; a run that diverged or stalled counts as 0. */
  | { readonly kind: 'measured'; readonly accuracy: number; readonly attack: string }
  /** The guard refused every arm. */
  | { readonly kind: 'refused'; readonly sentence: string }

export interface WorstTable {
  /** Rules, or labels that were written. */
  readonly rows: readonly string[]
  /** Numbers of attackers. */
  readonly columns: readonly string[]
  /** Undefined where there is no arm. */
  readonly cells: readonly (readonly (WorstCell | undefined)[])[]
}

/** Undefined where accuracy was not measured, or fewer than two attacks leave nothing to be the worst of. */
export function worstCases({ arms }: Scenario, results: readonly RunResult[]): WorstTable | undefined {
  const attacking = arms.filter(({ settings }) => settings.attack !== 'none')
  const attacks = new Set(attacking.map(attackOf))
  const isScored = results.some(({ final }) => final?.accuracy !== null && final?.accuracy !== undefined)
  if (attacks.size < 2 || !isScored) return undefined
  const rows = [...new Set(attacking.map(rowOf))]
  const columns = [...new Set(attacking.map(({ settings }) => liarsOf(settings)))].sort((a, b) => a - b)
  return {
    rows,
    columns: columns.map(String),
    cells: rows.map((row) =>
      columns.map((f) =>
        worstOf(
          attacking.filter((arm) => rowOf(arm) === row && liarsOf(arm.settings) === f),
          results,
        ),
      ),
    ),
  }
}

function worstOf(arms: readonly Arm[], results: readonly RunResult[]): WorstCell | undefined {
  const measured = arms.flatMap((arm) => {
    const own = results.filter((result) => result.arm === arm.number && result.outcome !== 'refused')
    if (own.length === 0) return []
    const sum = own.reduce((total, { final }) => total + (final?.accuracy ?? 0), 0)
    return [{ kind: 'measured' as const, accuracy: sum / own.length, attack: attackOf(arm) }]
  })
  const [worst] = measured.sort((a, b) => a.accuracy - b.accuracy)
  if (worst !== undefined) return worst
  const refused = results.find(
    (result) => result.outcome === 'refused' && arms.some((arm) => arm.number === result.arm),
  )
  return refused === undefined ? undefined : { kind: 'refused', sentence: refused.sentence ?? 'refused' }
}

function attackOf({ settings }: Arm): string {
  return formatSetting(settings.attack)
}

function rowOf({ settings }: Arm): string {
  return settings.label === '' ? formatSetting(settings.agreement.rule) : settings.label
}
