/** Protocols beside each other: the same task, data, seed and attacks; what each came to, and what it cost. */
import { protocolOf } from './check-arm.ts'
import { formatSetting } from './labels.ts'
import type { RunResult } from './result.ts'
import type { Arm, Scenario } from './scenario.ts'
import { type ArmSummary, summarise } from './summary.ts'

/** What became of a system under one attack. */
export type ComparisonCell =
  | {
      readonly kind: 'done'
      /** Means over the seeds, at the end; accuracy is null where there is nothing to classify. */
      readonly accuracy: number | null
      readonly loss: number | null
      readonly spread: number | null
    }
  /** Of some seed: `diverged`, `stalled`. It counts as accuracy 0. */
  | { readonly kind: 'lost'; readonly outcome: 'diverged' | 'stalled' }
  | { readonly kind: 'refused'; readonly sentence: string }

export interface ComparedSystem {
  /** The arm's own label, or its protocol and rule. */
  readonly system: string
  /** Members that train, and all. */
  readonly n: number
  readonly members: number
  readonly steps: number
  /** By attack, in the order of the point; undefined where there is no arm. */
  readonly cells: readonly (ComparisonCell | undefined)[]
  /** What the arm cost in which nobody attacks, or else the first that took all its steps. */
  readonly cost: ArmSummary | undefined
}

/** All arms with the same declared bound on liars. */
export interface ComparisonPoint {
  readonly f: number
  readonly attacks: readonly string[]
  readonly systems: readonly ComparedSystem[]
}

/** In the order of the scenario. */
export function compared(scenario: Scenario, results: readonly RunResult[]): ComparisonPoint[] {
  const summaries = new Map(summarise(scenario, results).map((summary) => [summary.arm, summary]))
  const points = Map.groupBy(scenario.arms, ({ settings }) => settings.f)
  return [...points].map(([f, arms]) => {
    const attacks = [...new Set(arms.map(attackOf))]
    const systems = Map.groupBy(arms, systemOf)
    return {
      f,
      attacks,
      systems: [...systems].map(([system, own]) => systemRow(system, own, attacks, summaries)),
    }
  })
}

function systemRow(
  system: string,
  arms: readonly Arm[],
  attacks: readonly string[],
  summaries: ReadonlyMap<number, ArmSummary>,
): ComparedSystem {
  const summaryUnder = (attack: string) => {
    const arm = arms.find((one) => attackOf(one) === attack)
    return arm && summaries.get(arm.number)
  }
  const done = arms.flatMap(({ number }) => summaries.get(number) ?? []).filter(({ work }) => work !== null)
  const calm = summaryUnder('none')
  const settings = arms[0]?.settings
  const servers = settings === undefined ? 0 : protocolOf(settings).servers.length
  const n = settings?.n ?? 0
  return {
    system,
    n,
    members: n + servers,
    steps: settings?.training.steps ?? 0,
    cells: attacks.map((attack) => cellOf(summaryUnder(attack))),
    cost: calm !== undefined && calm.work !== null ? calm : done[0],
  }
}

function cellOf(summary: ArmSummary | undefined): ComparisonCell | undefined {
  if (summary === undefined) return undefined
  const { outcomes, sentence, accuracy, loss, spread } = summary
  if (outcomes.refused !== undefined) return { kind: 'refused', sentence: sentence ?? 'refused' }
  if (outcomes.diverged !== undefined) return { kind: 'lost', outcome: 'diverged' }
  if (outcomes.stalled !== undefined) return { kind: 'lost', outcome: 'stalled' }
  return {
    kind: 'done',
    accuracy: accuracy?.mean ?? null,
    loss: loss?.mean ?? null,
    spread: spread?.mean ?? null,
  }
}

function attackOf({ settings }: Arm): string {
  return formatSetting(settings.attack)
}

function systemOf({ settings }: Arm): string {
  const { protocol, rule } = settings.agreement
  return settings.label === '' ? `${protocol}, ${formatSetting(rule)}` : settings.label
}
