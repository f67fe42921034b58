/**
 * How long one gradient takes on one tensor backend beside another, or beside PyTorch on one thread:
 *
 *     npx node bench/gradient.ts                    wasm beside pytorch, batches of 64
 *     npx node bench/gradient.ts webgpu wasm 256    the GPU beside the processor, batches of 256
 *
 * Each runs in a process of its own; the two take turns, so that whatever else the machine does meets both alike, and
 * what is compared is the medians. Exits 1 if one of the two cannot be had here.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type ModelName, modelNames } from '../src/model/models.ts'

const rounds = 60
/** Not counted: V8, PyTorch and shader compilers all take a while to settle. */
const warmup = 20

const [first = 'wasm', second = 'pytorch', size = '64'] = process.argv.slice(2)
const batch = Number(size)
const [ours, theirs] = await Promise.all([start(first), start(second)])
console.log(`batch ${batch}, median of ${rounds} gradients each, taken in turns; ${ours.is}; ${theirs.is}`)
for (const model of modelNames) {
  const times = await compare(model)
  const ratio = (times.ours / times.theirs).toFixed(2)
  console.log(
    `${model}: ${first} ${times.ours.toFixed(2)} ms, ${second} ${times.theirs.toFixed(2)} ms, ratio ${ratio}`,
  )
}
ours.end()
theirs.end()

async function compare(model: ModelName): Promise<{ ours: number; theirs: number }> {
  const times = { ours: [] as number[], theirs: [] as number[] }
  for (let round = 0; round < warmup + rounds; round++) {
    times.theirs.push(await theirs.gradient(model))
    times.ours.push(await ours.gradient(model))
  }
  return { ours: median(times.ours.slice(warmup)), theirs: median(times.theirs.slice(warmup)) }
}

/** A process that says in its first line what it is, and answers each `model batch` with the milliseconds it took. */
async function start(name: string) {
  const isTorch = name === 'pytorch'
  const script = fileURLToPath(new URL(isTorch ? 'gradient_torch.py' : 'gradient-of.ts', import.meta.url))
  const child = isTorch
    ? spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'ignore'] })
    : spawn(process.execPath, [script, name], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const failed = once(child, 'error').then(
    () => undefined,
    () => undefined,
  )
  const greeting = await Promise.race([lines.next(), failed])
  if (!greeting || greeting.done) {
    if (isTorch)
      console.error('PyTorch is missing: run `apt-get install -y python3-torch` (Debian), then this again')
    process.exit(1)
  }
  return {
    is: greeting.value,
    async gradient(model: ModelName): Promise<number> {
      child.stdin.write(`${model} ${batch}\n`)
      const answer = await lines.next()
      if (answer.done) throw new Error(`${name} ended before it answered`)
      return Number(answer.value)
    },
    end: () => child.stdin.end(),
  }
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Number(sorted[Math.floor(sorted.length / 2)])
}
