/** A scenario file that is a program, too: `node my-scenario.ts [DIR]`. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Scenario } from '../scenario/scenario.ts'
import { asComparison } from './compare.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { whenReaderLeaves } from './reader.ts'
import { Screen } from './screen.ts'
import { type Presentation, simulateScenario } from './simulate.ts'

/**
 * Runs `scenario` as `medoid simulate` does, and writes to the directory that is named behind the file, if one is. Does
 * nothing where that file is not the program but was imported, by `medoid simulate` for one. Never rejects: what goes wrong
 * is printed, and ends the program with the exit code that `medoid` has for it.
 *
 * @param url `import.meta.url` of the file that defines the scenario
 */
export function runScenario(scenario: Scenario, url: string): Promise<void> {
  return runAs(scenario, url)
}

/** As `runScenario`, shown as `medoid compare` shows it. */
export function runComparison(scenario: Scenario, url: string): Promise<void> {
  return runAs(scenario, url, asComparison)
}

async function runAs(scenario: Scenario, url: string, presentation?: Presentation): Promise<void> {
  const path = fileURLToPath(url)
  const [, program, out] = process.argv
  if (program !== path) return
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  process.once('SIGINT', leave)
  let isUnread = false
  whenReaderLeaves([process.stdout, process.stderr], () => {
    isUnread = true
    process.exitCode = exitCodes.unread
    leave()
  })
  try {
    const file = { path, source: await readFile(path, 'utf8'), scenario }
    const screen = new Screen(process.stdout)
    await simulateScenario(
      file,
      out === undefined ? {} : { out },
      { screen, signal: leaving.signal },
      presentation,
    )
  } catch (error) {
    if (isUnread) return
    process.exitCode = exitCodeOf(error)
    const text = error instanceof Error ? error.message : String(error)
    console.error(process.exitCode === exitCodes.interrupted ? 'left' : text)
  } finally {
    process.off('SIGINT', leave)
  }
}
