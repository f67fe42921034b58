/** What AggregaThor's roles are told and report. */
import type { PeerId } from '../../mesh/mesh.ts'
import { once } from '../../util/once.ts'
import type { AgreementReport, RunOptions, StepReport } from '../protocol.ts'
import type { Direction } from './combine-pieces.ts'
import type { FillPolicy, Piece } from './fill.ts'

/** How gradients travel where they may get lost on the way. */
export interface Lossy {
  readonly fill: FillPolicy
  /** Payload of a chunk, in bytes: a multiple of 8. */
  readonly chunkBytes: number
}

export interface AggregathorOptions extends RunOptions {
  /** Absent where gradients travel whole, and nothing is lost. */
  readonly lossy?: Lossy | undefined
}

/** `gradient` is the server's; undefined at a worker, and where the step was refused. `model` is always undefined. */
export interface AggregathorReport extends StepReport {
  /** Chunks that the server missed at the deadline, of workers of whom it heard others; 0 at a worker. */
  readonly lostChunks: number
}

/** What the server gathered in one step. */
export interface Harvest {
  readonly pieces: readonly Piece[]
  /** Workers that said what no honest one says. */
  readonly refused: readonly PeerId[]
  readonly lostChunks: number
}

/** `before` and `after` are what the rule made of the vectors: a server has none of its own. */
export function agreementReport(
  { pieces, refused }: Harvest,
  { vector, isFallback }: Direction,
  { workers, f }: { readonly workers: readonly PeerId[]; readonly f: number },
): AgreementReport {
  const said = new Set(pieces.flatMap(({ heard }) => heard.map(({ peer }) => peer)))
  const missing = workers.filter((peer) => !said.has(peer))
  const spread = once(() => radiusWithGaps(vector, pieces, f))
  return {
    rounds: 1,
    heard: workers.filter((peer) => said.has(peer)),
    missing,
    before: vector,
    after: vector,
    get spreadBefore() {
      return spread()
    },
    spreadAfter: undefined,
    hasShrunk: undefined,
    exchanges: [{ late: missing.length - refused.length, factor: 1 }],
    unprovenRounds: 0,
    fallbackRounds: isFallback ? 1 : 0,
  }
}

/** Radius around `center` that holds all but f of the vectors (L2); where one has a gap, it counts as the center there. */
function radiusWithGaps(center: Float32Array, pieces: readonly Piece[], f: number): number {
  const squared = new Map<PeerId, number>()
  for (const { from, heard } of pieces)
    for (const { peer, value } of heard) {
      let sum = squared.get(peer) ?? 0
      for (let k = 0; k < value.length; k++) sum += ((value[k] ?? 0) - (center[from + k] ?? 0)) ** 2
      squared.set(peer, sum)
    }
  const sorted = Float64Array.from(squared.values()).sort()
  return Math.sqrt(sorted[Math.max(1, sorted.length - f) - 1] ?? 0)
}
