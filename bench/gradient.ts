/**
 * How long one gradient takes on the wasm backend, beside PyTorch on one thread: `npx node bench/gradient.ts`.
 *
 * The two take turns, so that whatever else the machine does meets both alike; what is compared is the medians.
 * Exits 1 if PyTorch is missing.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { gatherBatch } from '../src/data/batches.ts'
import { datasetOf, imageSize } from '../src/data/dataset.ts'
import { initialParameters, type ModelName, modelNames, modelOf } from '../src/model/models.ts'
import { chooseBackend } from '../src/model/tfjs-backend.ts'
import { TfjsNetwork } from '../src/model/tfjs-network.ts'
import { seededRandom } from '../src/util/prng.ts'

const batchSize = 64
const rounds = 60
/** Not counted: V8 and PyTorch both take a while to settle. */
const warmup = 20

await chooseBackend('wasm')
const torch = await startTorch()
console.log(
  `batch ${batchSize}, median of ${rounds} gradients each, taken in turns; PyTorch ${torch.version}, one thread`,
)
for (const name of modelNames) {
  const { ours, theirs } = await compare(name)
  const ratio = (ours / theirs).toFixed(2)
  console.log(`${name}: wasm ${ours.toFixed(2)} ms, PyTorch ${theirs.toFixed(2)} ms, ratio ${ratio}`)
}
torch.end()

async function compare(name: ModelName): Promise<{ ours: number; theirs: number }> {
  const network = new TfjsNetwork(modelOf(name))
  const parameters = initialParameters(network.model, 1)
  const random = seededRandom(1, 'bench')
  const images = random.bytes(batchSize * imageSize)
  const labels = Uint8Array.from({ length: batchSize }, () => random.below(10))
  const batch = gatherBatch(datasetOf(images, labels), Uint32Array.from(labels.keys()))
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < warmup + rounds; round++) {
    theirs.push(await torch.gradient(name, batchSize))
    const start = performance.now()
    await network.gradient(parameters, batch)
    ours.push(performance.now() - start)
  }
  return { ours: median(ours.slice(warmup)), theirs: median(theirs.slice(warmup)) }
}

/** PyTorch in a process of its own, which computes one gradient at a time and says how many ms it took. */
async function startTorch() {
  const script = fileURLToPath(new URL('gradient_torch.py', import.meta.url))
  const python = spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
  const ended = once(python, 'error').then(
    () => undefined,
    () => undefined,
  )
  const first = await Promise.race([lines.next(), ended])
  if (!first || first.done) {
    console.error('PyTorch is missing: run `apt-get install -y python3-torch` (Debian), then this again')
    process.exit(1)
  }
  return {
    version: first.value,
    async gradient(name: ModelName, batch: number): Promise<number> {
      python.stdin.write(`${name} ${batch}\n`)
      const answer = await lines.next()
      if (answer.done) throw new Error('PyTorch ended before it answered')
      return Number(answer.value)
    },
    end: () => python.stdin.end(),
  }
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Number(sorted[Math.floor(sorted.length / 2)])
}
