/** A process of `medoid simulate`: takes runs of one scenario file, one after another, and answers each with its result. */
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { readScenarioFile } from '../scenario/read-scenario.ts'
import { type ArmResult, runArm } from '../scenario/run-arm.ts'
import { runsOf } from '../scenario/runs.ts'

/** What the process is asked for: the run of one arm with one seed. */
export interface RunRequest {
  /** Of the scenario file. */
  readonly path: string
  readonly arm: number
  readonly seed: number
  /** Where to write the trace, if anywhere. */
  readonly trace?: string | undefined
}

/** What it says: how far it is, and at last what came of it. */
export type RunReply =
  | { readonly kind: 'step'; readonly step: number }
  | { readonly kind: 'result'; readonly result: ArmResult }
  | { readonly kind: 'failed'; readonly message: string }

/** Steps are told no more often than this: a line on a screen is drawn a few times a second. */
const tellEverySteps = 5

async function run({ path, arm, seed, trace }: RunRequest): Promise<ArmResult> {
  const { scenario, source } = await readScenarioFile(path)
  const [chosen] = runsOf(scenario, source, { arm, seed })
  if (chosen === undefined) throw new RangeError(`there is no arm ${arm}`)
  const file = trace === undefined ? undefined : createWriteStream(trace)
  const result = await runArm(chosen.settings, {
    onStep: (step) => {
      if (step % tellEverySteps === 0) tell({ kind: 'step', step })
    },
    ...(file === undefined ? {} : { onTrace: (line) => void file.write(`${line}\n`) }),
  })
  file?.end()
  if (file !== undefined) await finished(file)
  return result
}

function tell(reply: RunReply): void {
  process.send?.(reply)
}

process.on('message', (request: RunRequest) => {
  run(request).then(
    (result) => tell({ kind: 'result', result }),
    (error: unknown) =>
      tell({ kind: 'failed', message: error instanceof Error ? error.message : `${error}` }),
  )
})
// Ctrl-C reaches the whole group of processes: the one that began them decides what becomes of these.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
