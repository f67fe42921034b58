/** What came of a demo: the report as JSON, the lines at its end, and the sentence on what happened. */
import type { DaemonReport } from '../daemon/report.ts'
import type { DaemonStatus } from '../daemon/status.ts'
import { readModel } from '../model/model-file.ts'
import { type ModelName, modelOf } from '../model/models.ts'
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
  /** Largest distance between two honest models, as a share of their mean norm; null where learning diverged. */
  readonly spread: number | null
  readonly peers: readonly DemoPeerReport[]
}

export interface DemoPeerReport {
  readonly peer: string
  readonly pid: number
  readonly honest: boolean
  readonly attack: string | null
  /** On all test images, as last measured; null for an attacker, which has no model worth measuring. */
  readonly accuracy: number | null
  readonly steps: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly rssBytes: number
  /** Median duration of a step; 0 where the peer was ended before it could report. */
  readonly stepMs: number
}

/** What is known of a peer at the end: its report, or its last status where it was ended before. */
export type Ending = DaemonStatus & Partial<Pick<DaemonReport, 'stepMs' | 'modelPath' | 'failure'>>

export function peerReport({ attack }: DemoPeer, ending: Ending): DemoPeerReport {
  const { peer, pid, evaluation, step, bytesIn, bytesOut, rssBytes, stepMs = [] } = ending
  return {
    peer,
    pid,
    honest: attack === undefined,
    attack: ending.attack ?? null,
    accuracy: evaluation?.accuracy ?? null,
    steps: step,
    bytesIn,
    bytesOut,
    rssBytes,
    stepMs: median(stepMs),
  }
}

/** How far the honest models are apart, relative to their size; null where one of them has none. */
export async function spreadOf(endings: readonly Ending[], model: ModelName): Promise<number | null> {
  const paths = endings.filter(({ attack }) => attack === undefined).map(({ modelPath }) => modelPath)
  const models: Float32Array[] = []
  for (const path of paths) {
    if (path === undefined) return null
    models.push((await readModel(path, modelOf(model))).parameters)
  }
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
      const result = row.accuracy === null ? notMeasured(row) : `accuracy ${row.accuracy.toFixed(4)}`
      const role = row.attack ?? 'honest'
      const step = `${row.stepMs.toFixed(0)} ms a step`
      return `${peers[i]?.name.padEnd(8)} ${role.padEnd(22)} ${result.padEnd(16)} sent ${megabytes(row.bytesOut)}, ${step}`
    }),
    '',
    whatHappened(report),
  ]
}

const notMeasured = ({ honest }: DemoPeerReport) => (honest ? 'not measured' : 'attacked')

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
  const rules = `with ${swarm.rule} on gradients and ${swarm.modelRule} on models`
  const got = `${accuracies.length} honest peers got ${range} of the test images right`
  const took = `${Math.max(...peers.map(({ steps }) => steps))} steps in ${seconds.toFixed(0)} s`
  if (spread === null)
    return `${who}; ${rules}, learning diverged after ${took}; when last measured, the ${got}.`
  const apart = spread === 0 ? 'are equal' : `differ by ${(100 * spread).toPrecision(2)} % of their norm`
  return `${who}; ${rules}, the ${got} after ${took}, and their models ${apart}.`
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
