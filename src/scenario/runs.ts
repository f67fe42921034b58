/** The runs of a scenario: every arm with every seed. */
import { digestOf } from './digest.ts'
import { scenarioError } from './errors.ts'
import type { Arm, Scenario } from './scenario.ts'
import type { ArmSettings } from './scenario-schema.ts'

export interface Run {
  readonly digest: string
  readonly arm: Arm
  readonly seed: number
  readonly settings: ArmSettings
}

export interface Choice {
  /** This seed instead of those of the scenario. */
  readonly seed?: number | undefined
  /** This arm alone, counted from 1. */
  readonly arm?: number | undefined
}

/**
 * In the order of the scenario, the seeds of an arm side by side.
 *
 * @param source the text of the file, where arms have rules or attacks of their own
 * @throws SCENARIO_NO_SUCH_ARM
 */
export function runsOf({ arms }: Scenario, source: string, { seed, arm: number }: Choice = {}): Run[] {
  const chosen = number === undefined ? arms : arms.filter((arm) => arm.number === number)
  if (chosen.length === 0)
    throw scenarioError({ code: 'SCENARIO_NO_SUCH_ARM', arm: number ?? 0, arms: arms.length })
  return chosen.flatMap((arm) =>
    (seed === undefined ? arm.seeds : [seed]).map((seed) => runOf(arm, seed, source)),
  )
}

/** The run of one arm with one seed, which need not be one of the arm's. */
export function runOf(arm: Arm, seed: number, source: string): Run {
  const settings = { ...arm.settings, seed }
  return { digest: digestOf(settings, source), arm, seed, settings }
}
