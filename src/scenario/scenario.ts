/**
 * Scenarios: simulated swarms as data. A list where one value could stand makes a sweep, of all combinations; `arms` are
 * combinations written by hand; a list of seeds repeats every arm.
 */
import type { AgreementRule } from '../agreement/rule.ts'
import type { Attack } from '../attack/attacks.ts'
import { complaintOf } from '../util/settings-table.ts'
import { checkTogether } from './check-arm.ts'
import { scenarioError } from './errors.ts'
import { labelsOf } from './labels.ts'
import { type ArmInput, type ArmSettings, armSchema } from './scenario-schema.ts'
import { combinationsOf, isSection, merged, type Section } from './sweep.ts'

type Leaf = string | number | boolean | AgreementRule | Attack

/** A setting or a list of them; inside a section likewise. */
export type Sweepable<T> = [T] extends [Leaf]
  ? T | readonly T[]
  : T extends readonly unknown[]
    ? T
    : { readonly [K in keyof T]?: Sweepable<Exclude<T[K], undefined>> }

/** What `defineScenario` takes, and what a YAML file says. */
export interface ScenarioInput extends Sweepable<ArmInput> {
  /** What reports and pictures call it. */
  readonly name: string
  /** A sentence for people. */
  readonly about?: string
  /** Combinations written by hand: each overrides the settings beside it, and may hold lists of its own. */
  readonly arms?: readonly Sweepable<ArmInput>[]
}

/** A checked scenario. */
export interface Scenario {
  readonly name: string
  readonly about: string
  readonly arms: readonly Arm[]
}

/** One combination of settings, run once with each seed. */
export interface Arm {
  /** Counted from 1, in the order of the scenario. */
  readonly number: number
  /** Unlike that of any other arm. */
  readonly label: string
  readonly seeds: readonly number[]
  /** With the first seed in it. */
  readonly settings: ArmSettings
}

/** More are a mistake: a list too many multiplies. */
const mostRuns = 10_000

/**
 * Checks a scenario and completes it.
 *
 * @throws SCENARIO_UNKNOWN_FIELD, SCENARIO_BAD_VALUE, SCENARIO_TOO_MANY_RUNS, and GAR_* and ATTACK_* where a rule or an attack is none
 */
export function defineScenario(input: ScenarioInput): Scenario {
  return checkScenario(input)
}

/** The same for what may be anything. Throws as `defineScenario` does. */
export function checkScenario(value: unknown): Scenario {
  if (!isSection(value))
    throw scenarioError({
      code: 'SCENARIO_BAD_VALUE',
      field: 'the scenario',
      value: JSON.stringify(value) ?? 'absent',
      allowed: 'a mapping of settings',
    })
  const { name, about = '', arms = [{}], ...common } = value
  const byHand = listOfArms(arms)
  const combinations = byHand.flatMap((arm, position) =>
    combinationsOf(merged(common, arm)).map((combination) => ({ position, arm, combination })),
  )
  const parsed = combinations.map(({ position, arm, combination }) => {
    const { seed, ...rest } = combination
    const seeds = Array.isArray(seed) ? seed : [seed]
    const repeated = seeds.map((seed) => parse(seed === undefined ? rest : { ...rest, seed }, position, arm))
    return { settings: repeated[0] as ArmSettings, seeds: repeated.map(({ seed }) => seed) }
  })
  checkBackends(parsed.map(({ settings }) => settings))
  const runs = parsed.reduce((sum, { seeds }) => sum + seeds.length, 0)
  if (runs > mostRuns) throw scenarioError({ code: 'SCENARIO_TOO_MANY_RUNS', runs, most: mostRuns })
  const labels = labelsOf(parsed.map(({ settings }) => settings))
  return {
    name: textOf('name', name, 64),
    about: about === '' ? '' : textOf('about', about, 1000),
    arms: parsed.map((arm, i) => ({ number: i + 1, label: labels[i] as string, ...arm })),
  }
}

/** A process loads one backend, and takes runs of many arms. */
function checkBackends(arms: readonly ArmSettings[]): void {
  const [first, other] = new Set(arms.map(({ backend }) => backend))
  if (other === undefined) return
  const allowed = `the same in all arms, such as ${first}`
  throw scenarioError({ code: 'SCENARIO_BAD_VALUE', field: 'backend', value: `"${other}"`, allowed })
}

function listOfArms(arms: unknown): Section[] {
  if (Array.isArray(arms) && arms.length > 0 && arms.every(isSection)) return arms
  const value = JSON.stringify(arms) ?? 'absent'
  throw scenarioError({ code: 'SCENARIO_BAD_VALUE', field: 'arms', value, allowed: 'a list of mappings' })
}

function textOf(field: string, value: unknown, maxLength: number): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= maxLength) return value
  const allowed = `a text of 1 to ${maxLength} characters`
  throw scenarioError({
    code: 'SCENARIO_BAD_VALUE',
    field,
    value: JSON.stringify(value) ?? 'absent',
    allowed,
  })
}

/** What is wrong is named where it was written: `arms.2.training.batch`, or `training.batch` beside the arms. */
function parse(combination: Section, position: number, arm: Section): ArmSettings {
  const { data, error } = armSchema.safeParse(combination)
  if (error === undefined) return checkTogether(data)
  const complaint = complaintOf(error, combination, armSchema)
  const isOfArm = complaint.field !== '' && hasPath(arm, complaint.field.split('.'))
  const field = isOfArm ? `arms.${position + 1}.${complaint.field}` : complaint.field
  if (complaint.kind === 'unknown field') {
    const known = field.includes('.') ? complaint.known : ['name', 'about', 'arms', ...complaint.known]
    throw scenarioError({ code: 'SCENARIO_UNKNOWN_FIELD', field, known })
  }
  const { value, allowed } = complaint
  throw scenarioError({ code: 'SCENARIO_BAD_VALUE', field, value, allowed })
}

/** Inside a list everything was written where the list was: lists are not merged. */
function hasPath(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined || !isSection(value)) return true
  return first in value && hasPath(value[first], rest)
}
