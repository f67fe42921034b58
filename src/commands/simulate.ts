/** `medoid simulate`: runs every arm of a scenario with every seed, and shows, writes and draws what came of them. */
import { availableParallelism } from 'node:os'
import { appendToJournal, type JournalLine, readJournal } from '../scenario/journal.ts'
import { readScenarioFile, type ScenarioFile } from '../scenario/read-scenario.ts'
import type { RunResult } from '../scenario/result.ts'
import { type Choice, type Run, runsOf } from '../scenario/runs.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { summarise } from '../scenario/summary.ts'
import { placed, type Told } from '../scenario/told.ts'
import { writeWhole } from '../util/write-file.ts'
import { commandError } from './errors.ts'
import { type RunEnding, runAll } from './run-pool.ts'
import type { Screen } from './screen.ts'
import {
  appendTime,
  journalIn,
  makeDirectory,
  type ResultFiles,
  settleJournal,
  sweepFiles,
  writeResults,
} from './simulate-files.ts'
import { SimulateProgress } from './simulate-progress.ts'
import { tableOf } from './simulate-table.ts'
import { alone } from './sweep-lock.ts'

export interface SimulateFlags extends Choice {
  /** The scenario: .ts, .js or .yaml. */
  readonly file: string
  /** Where to write the summary, as JSON. */
  readonly json?: string
  /** Where results, tables and pictures go; what is there already is not run again. */
  readonly out?: string
  /** Processes. @default as many as there are cores */
  readonly jobs?: number
  /** Where to write the trace of the one run there is. */
  readonly trace?: string
}

export interface SimulateSurroundings {
  readonly screen: Screen
  readonly signal: AbortSignal
}

/**
 * What is wrong with the scenario is thrown before anything runs. Runs that fail are shown with the command that repeats
 * them, and the others go on.
 *
 * @throws SCENARIO_*, COMMAND_BAD_OPTION, COMMAND_CONFLICT, COMMAND_OUT_IN_USE, COMMAND_RUNS_FAILED
 */
export async function simulate(flags: SimulateFlags, surroundings: SimulateSurroundings): Promise<void> {
  await simulateScenario(await readScenarioFile(flags.file), flags, surroundings)
}

/** How results are shown at the end, on the screen and in the directory. */
export interface Presentation {
  lines(scenario: Scenario, results: readonly RunResult[]): readonly string[]
  files(scenario: Scenario, results: readonly RunResult[]): ResultFiles
  /** What `--json` gets. */
  json(scenario: Scenario, results: readonly RunResult[]): object
}

const asSweep: Presentation = {
  lines: (scenario, results) => tableOf(summarise(scenario, results)),
  files: sweepFiles,
  json: (scenario, results) => ({ name: scenario.name, arms: summarise(scenario, results) }),
}

/** The same of a scenario that has been read. */
export async function simulateScenario(
  file: ScenarioFile,
  flags: Omit<SimulateFlags, 'file'>,
  surroundings: SimulateSurroundings,
  presentation: Presentation = asSweep,
): Promise<void> {
  const { out, trace, jobs = availableParallelism() } = flags
  if (jobs < 1)
    throw commandError({
      code: 'COMMAND_BAD_OPTION',
      option: '--jobs',
      value: `${jobs}`,
      allowed: 'a whole number from 1 up: one process runs one run at a time',
    })
  const runs = runsOf(file.scenario, file.source, flags)
  if (trace !== undefined && runs.length > 1)
    throw commandError({
      code: 'COMMAND_CONFLICT',
      options: `--trace and ${runs.length} runs (--arm and --seed choose one)`,
    })
  const sweep = async () => {
    const { done, failures } = await runThem(file, runs, { ...flags, jobs }, surroundings)
    await show(file, runs, done, flags, surroundings, presentation)
    if (failures.length > 0) throw failed(file, runs, failures)
  }
  if (out === undefined) return sweep()
  await makeDirectory(out)
  await alone(out, sweep)
}

interface Ended {
  readonly done: ReadonlyMap<Run, RunResult>
  readonly failures: readonly Run[]
}

/** What ran before is not run again, and what ends is in the journal. */
async function runThem(
  file: ScenarioFile,
  runs: readonly Run[],
  { out, trace, jobs }: Pick<SimulateFlags, 'out' | 'trace'> & { readonly jobs: number },
  { screen, signal }: SimulateSurroundings,
): Promise<Ended> {
  const journal = out === undefined ? new Map<string, JournalLine>() : await readJournal(journalIn(out))
  // Whoever wants a trace wants the run to be run, whether its result is known or not.
  const done = new Map(trace === undefined ? runs.flatMap((run) => known(run, journal)) : [])
  const waiting = runs.filter((run) => !done.has(run))
  screen.print(introduction(file, runs, done.size))

  const progress = new SimulateProgress(screen, runs, waiting)
  const failures: Run[] = []
  const onEnd = async (run: Run, ending: RunEnding) => {
    progress.ended(run, ending)
    if ('failure' in ending) return void failures.push(run)
    const result = placed(run, ending.result)
    done.set(run, result)
    if (out === undefined) return
    await appendToJournal(journalIn(out), result)
    await appendTime(out, run, progress.secondsOf(run))
  }
  const onStep = (run: Run, step: number) => progress.step(run, step)
  const onStart = (run: Run) => progress.started(run)
  try {
    await runAll(waiting, { path: file.path, jobs, trace, onStart, onStep, onEnd, signal })
  } finally {
    progress.settle()
  }
  return { done, failures }
}

/** On the screen and on the disk: with `out` everything that is there of the scenario, not these runs alone. */
async function show(
  file: ScenarioFile,
  runs: readonly Run[],
  done: ReadonlyMap<Run, RunResult>,
  { out, json }: Pick<SimulateFlags, 'out' | 'json'>,
  { screen }: SimulateSurroundings,
  presentation: Presentation,
): Promise<void> {
  const { scenario } = file
  const told = out === undefined ? undefined : await settleJournal(out, file)
  const results = told?.results ?? runs.flatMap((run) => done.get(run) ?? [])
  for (const line of presentation.lines(scenario, results)) screen.print(line)
  if (json !== undefined)
    await writeWhole(json, `${JSON.stringify(presentation.json(scenario, results), undefined, 2)}\n`)
  if (out === undefined || told === undefined) return
  const written = await writeResults(out, presentation.files(scenario, results))
  screen.print(`written to ${out}: ${written.join(', ')}`)
  for (const line of besides(runs, told)) screen.print(line)
}

function failed({ path }: ScenarioFile, runs: readonly Run[], failures: readonly Run[]): Error {
  const again = failures.map(({ arm, seed }) => `medoid simulate ${path} --arm ${arm.number} --seed ${seed}`)
  return commandError({ code: 'COMMAND_RUNS_FAILED', failed: failures.length, runs: runs.length, again })
}

/** What the journal has of a run, if anything. */
function known(run: Run, journal: ReadonlyMap<string, JournalLine>): [Run, RunResult][] {
  const result = journal.get(run.digest)?.result
  return result === undefined ? [] : [[run, placed(run, result)]]
}

/** What the directory held besides the runs that were asked for. */
function besides(runs: readonly Run[], { results, others }: Told): string[] {
  const asked = new Set(runs.map(({ digest }) => digest))
  const more = results.filter(({ digest }) => !asked.has(digest)).length
  return [
    ...(more === 0 ? [] : [`${count(more, 'run')} of other arms or seeds, there before, shown with them`]),
    ...(others.length === 0
      ? []
      : [
          `${count(others.length, 'run')} of other settings, such as those of an older version of the scenario: kept in runs.jsonl, and in no table or picture`,
        ]),
  ]
}

function introduction({ scenario }: ScenarioFile, runs: readonly Run[], done: number): string {
  const arms = new Set(runs.map(({ arm }) => arm.number)).size
  const seeds = new Set(runs.map(({ seed }) => seed)).size
  const rest = done === 0 ? '' : `, ${done} of which ran before`
  return `${scenario.name}: ${count(arms, 'arm')}, ${count(seeds, 'seed')}, ${count(runs.length, 'run')}${rest}`
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
