/** The directory of `medoid simulate --out`: the journal, tables, pictures, and how long runs took. */
import { appendFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { formatLine, readJournal, writeJournal } from '../scenario/journal.ts'
import { pictureNames, picturesOf } from '../scenario/pictures.ts'
import type { ScenarioFile } from '../scenario/read-scenario.ts'
import type { RunResult } from '../scenario/result.ts'
import type { Run } from '../scenario/runs.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { curvesCsv, summarise, summaryCsv } from '../scenario/summary.ts'
import { type Told, toldOf } from '../scenario/told.ts'
import { writeWhole } from '../util/write-file.ts'

/** One line a run. */
export const journalIn = (directory: string) => join(directory, 'runs.jsonl')

/** How long each run took: in a file of its own, because everything else is the same whenever and wherever it is run. */
const timesIn = (directory: string) => join(directory, 'times.csv')

export async function makeDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
}

export async function appendTime(
  directory: string,
  { digest, arm, seed }: Run,
  seconds: number,
): Promise<void> {
  await appendFile(timesIn(directory), `${digest},${arm.number},${seed},${seconds.toFixed(3)}\n`)
}

export interface ResultFile {
  readonly name: string
  readonly content: string
}

/** The tables and pictures of a sweep, and the names of those that may have been there before. */
export interface ResultFiles {
  readonly files: readonly ResultFile[]
  readonly stale: readonly string[]
}

/** What `medoid simulate` writes. */
export function sweepFiles(scenario: Scenario, results: readonly RunResult[]): ResultFiles {
  const pictures = picturesOf(scenario, results)
  return {
    files: [
      { name: 'summary.csv', content: summaryCsv(summarise(scenario, results)) },
      { name: 'curves.csv', content: curvesCsv(results) },
      ...pictures.map(({ name, svg }) => ({ name: `${name}.svg`, content: svg })),
    ],
    stale: pictureNames.map((name) => `${name}.svg`),
  }
}

/**
 * Puts the journal in the order of the scenario, and returns what it tells. What it tells of nothing in the scenario stays at its
 * end. For a process that has the directory alone: what another appended meanwhile could be lost.
 */
export async function settleJournal(
  directory: string,
  { scenario, source }: Pick<ScenarioFile, 'scenario' | 'source'>,
): Promise<Told> {
  const told = toldOf(scenario, source, await readJournal(journalIn(directory)))
  const lines = [...told.results.map(formatLine), ...told.others.map(({ text }) => text)]
  await writeJournal(journalIn(directory), lines)
  return told
}

/** Tables and pictures; those that were there before are replaced. Returns the names of all files of the directory. */
export async function writeResults(directory: string, { files, stale }: ResultFiles): Promise<string[]> {
  const gone = stale.filter((name) => !files.some((file) => file.name === name))
  await Promise.all(gone.map((name) => rm(join(directory, name), { force: true })))
  for (const { name, content } of files) await writeWhole(join(directory, name), content)
  return ['runs.jsonl', ...files.map(({ name }) => name)]
}
