/** A scenario file that is a program, too: `node my-scenario.ts [DIR]`. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Scenario } from '../scenario/scenario.ts'
import { Screen } from './screen.ts'
import { simulateScenario } from './simulate.ts'

/**
 * Runs `scenario` as `medoid simulate` does, and writes to the directory that is named behind the file, if one is. Does
 * nothing where that file is not the program but was imported, by `medoid simulate` for one. Rejects as `simulate` does.
 *
 * @param url `import.meta.url` of the file that defines the scenario
 */
export async function runScenario(scenario: Scenario, url: string): Promise<void> {
  const path = fileURLToPath(url)
  const [, program, out] = process.argv
  if (program !== path) return
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  process.once('SIGINT', leave)
  try {
    const file = { path, source: await readFile(path, 'utf8'), scenario }
    const screen = new Screen(process.stdout)
    await simulateScenario(file, out === undefined ? {} : { out }, { screen, signal: leaving.signal })
  } finally {
    process.off('SIGINT', leave)
  }
}
