/** Reads scenario files: YAML, or a TypeScript or JavaScript module that exports one. */
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { importModule, isModulePath } from '../util/module-file.ts'
import { scenarioError } from './errors.ts'
import { checkScenario, type Scenario } from './scenario.ts'
import { withScripts } from './script-file.ts'

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
  if (isModulePath(path)) return { path, source, scenario: await exported(path) }
  const { scenario, sources } = await withScripts(parseYaml(source), path)
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

/** What the module exports as `scenario`, or by default. */
async function exported(path: string): Promise<Scenario> {
  const module = await importModule(path)
  const scenario = module.scenario ?? module.default
  if (isScenario(scenario)) return scenario
  throw scenarioError({ code: 'SCENARIO_NONE_IN_MODULE', path })
}

function isScenario(value: unknown): value is Scenario {
  return typeof value === 'object' && value !== null && 'arms' in value && 'name' in value
}
