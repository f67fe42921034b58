/**
 * How fast the rules are: `npm run bench:gar [-- --json FILE] [--svg FILE] [--runs N] [--only TEXT]`.
 *
 * Every time stands beside two yardsticks of the same run: the read bandwidth of this machine (the best SIMD sum over the
 * same bytes on as many threads) and the same rule in PyTorch with all threads, where this machine has it. Medians.
 */
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { type Aggregator, createAggregator } from '../../src/aggregator/aggregator.ts'
import { bars } from '../../src/chart/bars.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { readBandwidth } from './bandwidth.ts'
import { type BenchCase, benchCases } from './cases.ts'
import { startTorch, type Torch } from './torch.ts'

export interface BenchRow {
  readonly rule: string
  readonly n: number
  readonly d: number
  readonly f: number
  readonly threads: number
  /** `allocated`: where the kernels read. `ordinary`: arrays that are copied in, a block at a time. */
  readonly memory: 'allocated' | 'ordinary'
  readonly ms: number
  /** Bytes of input over time: what it would be if everything were read once. */
  readonly gbPerSecond: number
  /** Of the bandwidth that a sum over the same bytes reaches on as many threads. */
  readonly bandwidthFraction: number
  /** PyTorch with all threads; null where it has no such rule here. */
  readonly torchMs: number | null
  readonly torchRatio: number | null
  readonly torchOperations: string | null
  readonly limit: string
}

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    svg: { type: 'string' },
    runs: { type: 'string', default: '9' },
    only: { type: 'string', default: '' },
  },
})
const runs = Number(options.runs)
const allThreads = availableParallelism()
const threadCounts = [...new Set([1, allThreads])]

const torch = await startTorch()
console.log(
  `median of ${runs} runs after one that is not counted; ${torch ? `PyTorch ${torch.version} on ${allThreads} threads` : 'no PyTorch here (Debian: apt-get install -y python3-torch)'}`,
)
const rows: BenchRow[] = []
for (const one of benchCases.filter(({ rule }) => rule.includes(options.only)))
  for (const row of await measure(one, torch)) {
    rows.push(row)
    console.log(lineOf(row))
  }
torch?.end()
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(rows, undefined, 1)}\n`)
if (options.svg !== undefined) await writeFile(options.svg, picture(rows))

async function measure(one: BenchCase, torch: Torch | undefined): Promise<BenchRow[]> {
  const { n, d } = one
  const yardstick =
    one.torch === undefined
      ? undefined
      : await torch?.time({ ...one, rule: one.torch, threads: allThreads, runs: Math.min(runs, 3) })
  const measured: BenchRow[] = []
  for (const threads of threadCounts) {
    await using aggregator = createAggregator({ threads })
    const vectors = aggregator.allocate(n, d)
    fill(vectors)
    const bandwidth = await readBandwidth(n * d * 4, threads, 2 * runs)
    const rowOf = (memory: BenchRow['memory'], ms: number): BenchRow => {
      const gbPerSecond = (n * d * 4) / ms / 1e6
      return {
        rule: one.rule,
        n,
        d,
        f: one.f,
        threads,
        memory,
        ms,
        gbPerSecond,
        bandwidthFraction: gbPerSecond / bandwidth,
        torchMs: yardstick?.ms ?? null,
        torchRatio: yardstick === undefined ? null : yardstick.ms / ms,
        torchOperations: yardstick?.operations ?? null,
        limit: one.limit,
      }
    }
    measured.push(rowOf('allocated', await timeAllocated(aggregator, vectors, one)))
    const ordinary = vectors.map((vector) => new Float32Array(vector))
    measured.push(rowOf('ordinary', await timeOrdinary(aggregator, ordinary, one)))
  }
  return measured
}

async function timeAllocated(
  aggregator: Aggregator,
  vectors: readonly Float32Array[],
  { rule, f, d }: BenchCase,
): Promise<number> {
  const [into] = aggregator.allocate(1, d)
  return medianMs(() => aggregator.aggregate(vectors, { rule: rule as 'median', f, into }))
}

/** One thread is the caller's own: nothing is handed over. */
async function timeOrdinary(
  aggregator: Aggregator,
  vectors: readonly Float32Array[],
  { rule, f }: BenchCase,
): Promise<number> {
  const { aggregate } = parseRule(rule)
  const into = new Float32Array(vectors[0]?.length ?? 0)
  return medianMs(() =>
    aggregator.threads === 1
      ? aggregate(vectors, f, {}, into)
      : aggregator.aggregate(vectors, { rule: rule as 'median', f }),
  )
}

async function medianMs(work: () => unknown): Promise<number> {
  const times: number[] = []
  for (let run = 0; run <= runs; run++) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  const sorted = times.slice(1).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] as number
}

function fill(vectors: readonly Float32Array[]): void {
  const random = seededRandom(1, 'bench')
  // A stretch of normal values, laid over and over with other strides: drawing 10^8 of them would take longer than all else.
  const stretch = Float32Array.from({ length: 100_003 }, () => random.normal())
  for (const [i, vector] of vectors.entries())
    for (let k = 0; k < vector.length; k++)
      vector[k] = stretch[(k * (2 * i + 1) + 7919 * i) % stretch.length] as number
}

function lineOf({
  rule,
  n,
  d,
  f,
  threads,
  memory,
  ms,
  gbPerSecond,
  bandwidthFraction,
  torchMs,
  torchRatio,
}: BenchRow): string {
  const torch =
    torchMs === null ? '' : `  PyTorch ${torchMs.toFixed(1)} ms, ${torchRatio?.toFixed(1)} times as long`
  return `${rule.padEnd(27)} n=${String(n).padEnd(3)} d=${String(d).padEnd(9)} f=${String(f).padEnd(3)} ${threads} thread${threads > 1 ? 's' : ' '} ${memory.padEnd(10)} ${ms.toFixed(2).padStart(9)} ms ${gbPerSecond.toFixed(1).padStart(6)} GB/s ${bandwidthFraction.toFixed(2)} of bandwidth${torch}`
}

/** How many times as long PyTorch takes, for one thread and all, vectors in allocated memory. */
function picture(all: readonly BenchRow[]): string {
  const compared = all.filter(({ memory, torchRatio }) => memory === 'allocated' && torchRatio !== null)
  const keys = [
    ...new Set(compared.map(({ rule, n, d }) => `${rule}, n = ${n}, d = ${d.toLocaleString('en')}`)),
  ]
  const ratioOf = (key: string, threads: number) =>
    compared.find(
      (row) =>
        `${row.rule}, n = ${row.n}, d = ${row.d.toLocaleString('en')}` === key && row.threads === threads,
    )?.torchRatio ?? null
  return bars({
    title: 'How many times as long PyTorch takes',
    subtitle: `PyTorch ${torch?.version ?? ''} on ${allThreads} threads, same machine, same run; vectors in allocated memory; medians of ${runs}`,
    value: { title: 'time of PyTorch over ours', scale: 'log' },
    series: threadCounts.map((threads) => (threads === 1 ? 'one thread' : `${threads} threads`)),
    groups: keys.map((key) => ({ label: key, values: threadCounts.map((threads) => ratioOf(key, threads)) })),
    reference: { value: 1, label: 'as long' },
  })
}
