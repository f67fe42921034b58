/** PyTorch in a process of its own, for a yardstick in the same run. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Channel } from '../../src/util/channel.ts'

export interface TorchTask {
  readonly rule: string
  readonly n: number
  readonly d: number
  readonly f: number
  readonly threads: number
  readonly runs: number
}

export interface TorchTiming {
  readonly ms: number
  /** The operations that it is made of. */
  readonly operations: string
}

export interface Torch {
  readonly version: string
  /** Undefined where the rule is not written in PyTorch here. */
  time(task: TorchTask): Promise<TorchTiming | undefined>
  end(): void
}

/** Undefined where this machine has no PyTorch: Debian's is `apt-get install -y python3-torch`. */
export async function startTorch(): Promise<Torch | undefined> {
  const script = fileURLToPath(new URL('torch_rules.py', import.meta.url))
  const python = spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'ignore'] })
  const answers = new Channel<unknown>()
  python.on('error', () => answers.close())
  const lines = createInterface({ input: python.stdout })
  lines.on('line', (line) => answers.push(JSON.parse(line)))
  lines.on('close', () => answers.close())
  const next = answers[Symbol.asyncIterator]()
  const first = await next.next()
  if (first.done === true) return undefined
  return {
    version: (first.value as { version: string }).version,
    async time(task) {
      python.stdin.write(`${JSON.stringify(task)}\n`)
      const answer = await next.next()
      if (answer.done === true) throw new Error(`PyTorch ended before it answered ${task.rule}`)
      const timing = answer.value as TorchTiming | { error: string }
      return 'ms' in timing ? timing : undefined
    },
    end: () => python.stdin.end(),
  }
}
