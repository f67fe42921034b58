/** Reads scenario files: YAML, or a TypeScript or JavaScript module that exports one. */
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { importModule, isModulePath } from '../util/module-file.ts'
import { scenarioError } from './errors.ts'
import { checkScenario, type Scenario } from './scenario.ts'
import { withScripts } from './script-file.ts'
import { isSection } from './sweep.ts'

export interface ScenarioFile {
  readonly path: string
  /** Its text, and in YAML those of the scripts that it names. */
  readonly source: string
  readonly scenario: Scenario
}

/**
 * @throws SCENARIO_UNREADABLE, SCENARIO_NOT_YAML, SCENARIO_NONE_IN_MODULE, what `checkScenario` and `readScriptFile` throw,
 *   and what the module throws
 */
export async function readScenarioFile(path: string): Promise<ScenarioFile> {
  const source = await readFile(path, 'utf8').catch((cause: Error) => {
    throw scenarioError({ code: 'SCENARIO_UNREADABLE', path, reason: cause.message }, { cause })
  })
  const isModule = isModulePath(path)
  const described = isModule ? await exported(path) : parseYaml(source)
  if (isModule && isDefined(described)) return { path, source, scenario: described }
  const { scenario, sources } = await withScripts(described, path)
  return { path, source: [source, ...sources].join('\n'), scenario: checkScenario(scenario) }
}

function parseYaml(source: string): unknown {
  try {
    // No aliases: they would let a short file describe a long one.
    return parse(source, { schema: 'core', uniqueKeys: true, maxAliasCount: 0 })
  } catch (cause) {
    const [reason = ''] = String(cause instanceof Error ? cause.message : cause).split(':\n')
    throw scenarioError({ code: 'SCENARIO_NOT_YAML', reason }, { cause })
  }
}

/** What the module exports as `scenario`, or by default: a scenario, or the fields of one as YAML has them. */
async function exported(path: string): Promise<unknown> {
  const module = await importModule(path)
  const scenario = module.scenario ?? module.default
  if (isSection(scenario)) return scenario
  throw scenarioError({ code: 'SCENARIO_NONE_IN_MODULE', path })
}

/** What `defineScenario` has checked: its arms have settings and seeds, as no field of a scenario is called. */
function isDefined(value: unknown): value is Scenario {
  if (!isSection(value) || !Array.isArray(value.arms)) return false
  return (
    value.arms.length > 0 && value.arms.every((arm) => isSection(arm) && 'settings' in arm && 'seeds' in arm)
  )
}
