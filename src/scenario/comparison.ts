/** Protocols beside each other: the same task, data, seed and attacks; what each came to, and what it cost. */

import { castOf, keepersAmong } from '../agreement/parse-protocol.ts'
import { planOf } from './arm-plan.ts'
import { attacksOf, protocolOf } from './check-arm.ts'
import { attackOf, type SystemArms, systemRows } from './comparison-rows.ts'
import { steadyOf } from './crashes.ts'
import { linksInWords } from './links-in-words.ts'
import type { RunResult } from './result.ts'
import type { Scenario } from './scenario.ts'
import type { ArmSettings } from './scenario-schema.ts'
import { type ArmSummary, type Range, summarise } from './summary.ts'

/** What became of a system under one attack. */
export type ComparisonCell =
  | {
      readonly kind: 'done'
      /** Means over the seeds, at the end; accuracy is null where there is nothing to classify. */
      readonly accuracy: number | null
      readonly loss: number | null
      readonly spread: number | null
      /** By an honest member that keeps the model, on average over them and the seeds. */
      readonly refusedSteps: number
    }
  /** Of `runs` seeds `lost` ended early, most of them so. It counts as accuracy 0. */
  | {
      readonly kind: 'lost'
      readonly outcome: 'diverged' | 'stalled'
      readonly lost: number
      readonly runs: number
      /** Steps that were taken, by the seed that took fewest. */
      readonly steps: number
    }
  | { readonly kind: 'refused'; readonly sentence: string }

/** What the guard says. `refused`: it did not let the system start. */
export type ComparedStanding = 'proven' | 'outside-proof' | 'refused'

export interface ComparedSystem {
  /** The arms' own label, or their protocol and rule; and in what else rows differ. */
  readonly system: string
  /** Members that train, and all. */
  readonly n: number
  readonly members: number
  readonly standing: ComparedStanding
  /** Why it is not proven; null where it is. */
  readonly reason: string | null
  /** Agreements, over all its arms, in which nothing was proven because vectors were missing, or trimmed mean stood in for the rule. */
  readonly unprovenRounds: number
  readonly fallbackRounds: number
  /** Steps that it was to take. */
  readonly steps: number
  /** By attack, in the order of the point; undefined where no arm ran. */
  readonly cells: readonly (ComparisonCell | undefined)[]
  /** What it cost where nobody attacks, or else under the first attack; if it did not take all its steps there, under the first where it did. */
  readonly cost: { readonly attack: string; readonly summary: ArmSummary } | undefined
}

/** All arms that ran with the same declared bound on liars. */
export interface ComparisonPoint {
  readonly f: number
  readonly attacks: readonly string[]
  /** What virtual times are times of; undefined where systems differ in it, and say so in their names. */
  readonly links: string | undefined
  readonly systems: readonly ComparedSystem[]
}

/** In the order of the scenario. */
export function compared(scenario: Scenario, results: readonly RunResult[]): ComparisonPoint[] {
  const summaries = new Map(summarise(scenario, results).map((summary) => [summary.arm, summary]))
  const ran = scenario.arms.filter(({ number }) => summaries.has(number))
  const points = Map.groupBy(ran, ({ settings }) => settings.f)
  return [...points].map(([f, arms]) => {
    const attacks = [...new Set(arms.map(attackOf))]
    const [links, ...others] = new Set(arms.map(({ settings }) => linksInWords(settings)))
    return {
      f,
      attacks,
      links: others.length === 0 ? links : undefined,
      systems: systemRows(arms).map((row) => comparedSystem(row, attacks, summaries)),
    }
  })
}

function comparedSystem(
  { system, settings, arms }: SystemArms,
  attacks: readonly string[],
  summaries: ReadonlyMap<number, ArmSummary>,
): ComparedSystem {
  const own = arms.flatMap((arm) => {
    const summary = summaries.get(arm.number)
    return summary === undefined ? [] : [{ attack: attackOf(arm), summary, keepers: keepersOf(arm.settings) }]
  })
  const protocol = protocolOf(settings)
  const { standing, sentence } = protocol.assess(planOf(settings))
  const isRefused = own.some(({ summary }) => summary.outcomes.refused !== undefined)
  const sum = (figure: 'unprovenRounds' | 'fallbackRounds') =>
    own.reduce((total, { summary }) => total + summary[figure], 0)
  return {
    system,
    n: settings.n,
    members: settings.n + protocol.servers.length,
    standing: isRefused || standing === 'impossible' ? 'refused' : standing,
    reason: standing === 'proven' ? null : sentence,
    unprovenRounds: sum('unprovenRounds'),
    fallbackRounds: sum('fallbackRounds'),
    steps: settings.training.steps,
    cells: attacks.map((attack) => cellOf(own.find((one) => one.attack === attack))),
    cost: costOf(own, attacks),
  }
}

interface Ran {
  readonly attack: string
  readonly summary: ArmSummary
  /** Honest members that keep the model, and are there all the time. */
  readonly keepers: number
}

function keepersOf(settings: ArmSettings): number {
  const protocol = protocolOf(settings)
  const roles = castOf(protocol, settings.n)
  const attacks = attacksOf(settings)
  const honest = [...roles.keys()].filter((position) => !attacks.has(position))
  return steadyOf(keepersAmong(protocol, roles, honest), settings.crashes).length
}

function costOf(own: readonly Ran[], attacks: readonly string[]): ComparedSystem['cost'] {
  const usual = own.find(({ attack }) => attack === usualAttack(attacks))
  const isWhole = ({ summary }: Ran) => summary.outcomes.done === summary.runs
  const chosen = usual !== undefined && isWhole(usual) ? usual : (own.find(isWhole) ?? usual ?? own[0])
  if (chosen === undefined || chosen.summary.work === null) return undefined
  return { attack: chosen.attack, summary: chosen.summary }
}

/** Under which attack costs are told, where that can be. */
export function usualAttack(attacks: readonly string[]): string | undefined {
  return attacks.includes('none') ? 'none' : attacks[0]
}

function cellOf(ran: Ran | undefined): ComparisonCell | undefined {
  if (ran === undefined) return undefined
  const { outcomes, sentence, accuracy, loss, spread, runs, steps, refusedSteps } = ran.summary
  const { refused, diverged = 0, stalled = 0 } = outcomes
  if (refused !== undefined) return { kind: 'refused', sentence: sentence ?? 'refused' }
  const lost = diverged + stalled
  if (lost > 0) {
    const outcome = diverged >= stalled ? 'diverged' : 'stalled'
    return { kind: 'lost', outcome, lost, runs, steps }
  }
  const means = { accuracy: mean(accuracy), loss: mean(loss), spread: mean(spread) }
  return { kind: 'done', ...means, refusedSteps: refusedSteps / (runs * ran.keepers) }
}

function mean(range: Range | null): number | null {
  return range?.mean ?? null
}
