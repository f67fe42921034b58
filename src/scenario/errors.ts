/** What can be wrong with a scenario, and with what a sweep left on disk. */
import { errorsOf, printable, type Sentences } from '../util/coded-error.ts'

export type ScenarioProblem =
  | { readonly code: 'SCENARIO_UNREADABLE'; readonly path: string; readonly reason: string }
  | { readonly code: 'SCENARIO_NOT_YAML'; readonly reason: string }
  | { readonly code: 'SCENARIO_NONE_IN_MODULE'; readonly path: string }
  | { readonly code: 'SCENARIO_UNKNOWN_FIELD'; readonly field: string; readonly known: readonly string[] }
  | {
      readonly code: 'SCENARIO_BAD_VALUE'
      readonly field: string
      readonly value: string
      readonly allowed: string
    }
  | {
      readonly code: 'SCENARIO_BAD_NAME'
      readonly field: string
      readonly value: string
      readonly reason: string
    }
  | { readonly code: 'SCENARIO_TOO_MANY_RUNS'; readonly runs: number; readonly most: number }
  | { readonly code: 'SCENARIO_NO_SUCH_ARM'; readonly arm: number; readonly arms: number }
  | { readonly code: 'SCENARIO_BAD_JOURNAL'; readonly path: string; readonly line: number }

export const scenarioSentences: Sentences<ScenarioProblem> = {
  SCENARIO_UNREADABLE: ({ path, reason }) =>
    `cannot read the scenario ${printable(path)}: ${printable(reason)}; give a .ts, .js or .yaml file`,
  SCENARIO_NOT_YAML: ({ reason }) => `the scenario is no YAML: ${printable(reason)}`,
  SCENARIO_NONE_IN_MODULE: ({ path }) =>
    `${printable(path)} exports no scenario; write: export const scenario = defineScenario({ ... })`,
  SCENARIO_UNKNOWN_FIELD: ({ field, known }) =>
    `there is no field "${printable(field, 80)}"; choose one of ${known.join(', ')}`,
  SCENARIO_BAD_VALUE: ({ field, value, allowed }) =>
    `${printable(field, 80)} is ${printable(value, 80)} and must be ${allowed}`,
  SCENARIO_BAD_NAME: ({ field, value, reason }) =>
    `${printable(field, 80)} is "${printable(value, 80)}", which nobody can read: ${reason}`,
  SCENARIO_TOO_MANY_RUNS: ({ runs, most }) =>
    `the lists multiply to ${runs} runs, and a scenario may have ${most}; shorten a list, or write single arms under arms`,
  SCENARIO_NO_SUCH_ARM: ({ arm, arms }) => `there is no arm ${arm}; the scenario has arms 1 to ${arms}`,
  SCENARIO_BAD_JOURNAL: ({ path, line }) =>
    `line ${line} of ${printable(path)} is no result of a run; remove the line, or give another directory`,
}

export const scenarioError = errorsOf(scenarioSentences)
