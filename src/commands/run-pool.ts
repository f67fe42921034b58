/** Runs of a scenario, in as many processes as were asked for; a process takes the next run when it is done with one. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { ArmResult } from '../scenario/run-arm.ts'
import type { Run } from '../scenario/runs.ts'
import { siblingModule } from '../util/asset.ts'
import type { RunReply, RunRequest } from './run-process.ts'

export interface PoolOptions {
  /** The scenario file: processes read it by themselves, because rules of one's own cannot be sent. */
  readonly path: string
  readonly jobs: number
  /** Where the trace of a run goes, if anywhere. */
  readonly trace?: string | undefined
  readonly onStart: (run: Run) => void
  readonly onStep: (run: Run, step: number) => void
  readonly onEnd: (run: Run, ending: RunEnding) => Promise<void>
  readonly signal: AbortSignal
}

/** What came of a run: its result, or why it has none. */
export type RunEnding = { readonly result: ArmResult } | { readonly failure: string }

/** Resolves when every run has ended. Rejects when `signal` aborts, or when `onEnd` does. */
export async function runAll(runs: readonly Run[], options: PoolOptions): Promise<void> {
  const { jobs, onStart, onEnd, signal } = options
  const waiting = [...runs]
  const processes = new Set<ChildProcess>()
  const stop = () => {
    for (const child of processes) child.kill('SIGKILL')
  }
  signal.addEventListener('abort', stop)
  const work = async () => {
    let child: ChildProcess | undefined
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      signal.throwIfAborted()
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
        child = fork(siblingModule(import.meta.url, 'run-process'))
        processes.add(child)
      }
      onStart(run)
      const ending = await runIn(child, run, options)
      signal.throwIfAborted()
      await onEnd(run, ending)
    }
    child?.kill()
  }
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, runs.length) }, work))
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

/** A process that dies takes its run with it, and no other. */
async function runIn(child: ChildProcess, run: Run, options: PoolOptions): Promise<RunEnding> {
  const { path, trace, onStep } = options
  const over = new AbortController()
  const answered = new Promise<RunEnding>((resolve) => {
    const receive = (reply: RunReply) => {
      switch (reply.kind) {
        case 'step':
          return onStep(run, reply.step)
        case 'result':
          return resolve({ result: reply.result })
        case 'failed':
          return resolve({ failure: reply.message })
        default:
          return reply satisfies never
      }
    }
    child.on('message', receive)
    over.signal.addEventListener('abort', () => child.off('message', receive))
  })
  const died = once(child, 'exit', { signal: over.signal }).then(
    ([code, signal]): RunEnding => ({ failure: `its process ended: ${signal ?? `exit code ${code}`}` }),
    (): Promise<RunEnding> => answered,
  )
  try {
    child.send({ path, arm: run.arm.number, seed: run.seed, trace } satisfies RunRequest)
    return await Promise.race([answered, died])
  } finally {
    over.abort()
  }
}
