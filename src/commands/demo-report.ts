/** What came of a demo: the report as JSON, the lines at its end, and the sentence on what happened. */
import type { DaemonReport } from '../daemon/report.ts'
import { modelPath } from '../daemon/state-directory.ts'
import { readModel } from '../model/model-file.ts'
import type { ModelName } from '../model/models.ts'
import { modelOf } from '../model/models.ts'
import type { DemoPeer } from './demo-peers.ts'

export interface DemoReport {
  readonly swarm: {
    readonly n: number
    readonly f: number
    readonly rule: string
    readonly modelRule: string
    readonly protocol: string
    readonly steps: number
    readonly model: string
  }
  readonly seconds: number
  /** Largest distance between two honest models, as a share of the mean norm of the honest models. */
  readonly spread: number
  readonly peers: readonly DemoPeerReport[]
}

export interface DemoPeerReport {
  readonly peer: string
  readonly pid: number
  readonly honest: boolean
  readonly attack: string | null
  /** On all test images; null for an attacker, which has no model worth measuring. */
  readonly accuracy: number | null
  readonly steps: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly rssBytes: number
  /** Median duration of a step. */
  readonly stepMs: number
}

export function peerReport({ attack }: DemoPeer, report: DaemonReport): DemoPeerReport {
  const { peer, pid, evaluation, step, bytesIn, bytesOut, rssBytes, stepMs } = report
  return {
    peer,
    pid,
    honest: attack === undefined,
    attack: report.attack ?? null,
    accuracy: evaluation?.accuracy ?? null,
    steps: step,
    bytesIn,
    bytesOut,
    rssBytes,
    stepMs: median(stepMs),
  }
}

/** How far the honest models are apart, relative to their size. */
export async function spreadOf(peers: readonly DemoPeer[], model: ModelName): Promise<number> {
  const honest = peers.filter(({ attack }) => attack === undefined)
  const models = await Promise.all(
    honest.map(async ({ data }) => (await readModel(modelPath(data), modelOf(model))).parameters),
  )
  const distances = models.flatMap((one, i) => models.slice(i + 1).map((other) => distance(one, other)))
  const norms = models.map((vector) => distance(vector, new Float32Array(vector.length)))
  return Math.max(0, ...distances) / (norms.reduce((sum, norm) => sum + norm, 0) / norms.length)
}

/** The end of the demo, for people. */
export function conclusion(peers: readonly DemoPeer[], report: DemoReport): string[] {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  return [
    '',
    ...report.peers.map((row, i) => {
      const result = row.accuracy === null ? 'attacked' : `accuracy ${row.accuracy.toFixed(4)}`
      const role = row.attack ?? 'honest'
      const step = `${row.stepMs.toFixed(0)} ms a step`
      return `${peers[i]?.name.padEnd(8)} ${role.padEnd(22)} ${result.padEnd(16)} sent ${megabytes(row.bytesOut)}, ${step}`
    }),
    '',
    whatHappened(report),
  ]
}

/** One sentence. */
export function whatHappened({ swarm, spread, peers, seconds }: DemoReport): string {
  const attacks = peers.flatMap(({ attack }) => (attack === null ? [] : [attack]))
  const accuracies = peers.flatMap(({ accuracy }) => (accuracy === null ? [] : [accuracy]))
  const [worst, best] = [Math.min(...accuracies), Math.max(...accuracies)]
  const who =
    attacks.length === 0
      ? `All ${swarm.n} peers were honest`
      : `${attacks.length} of ${swarm.n} peers attacked (${attacks.join(', ')})`
  const range = worst === best ? worst.toFixed(4) : `${worst.toFixed(4)} to ${best.toFixed(4)}`
  const apart = `${spread === 0 ? 0 : (100 * spread).toPrecision(2)} %`
  return `${who}; with ${swarm.rule} on gradients and ${swarm.modelRule} on models, the ${accuracies.length} honest peers reached ${range} of the test images right after ${swarm.steps} steps in ${seconds.toFixed(0)} s, and their models differ by ${apart} of their norm.`
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += ((a[k] ?? 0) - (b[k] ?? 0)) ** 2
  return Math.sqrt(sum)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
