/**
 * The server's part of a step under the cyclic code: gather the rows, all of them or those that came by the deadline but n - s
 * at least, and decode. Synchronous: a row that comes later is missing, and counts as a liar's.
 */
import type { Attendance } from '../../mesh/attendance.ts'
import type { Milliseconds } from '../../mesh/clock.ts'
import { f64 } from '../../mesh/codec.ts'
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import type { ComplexVector } from './complex.ts'
import type { CyclicCode } from './cyclic-code.ts'
import { decodeRows } from './cyclic-decode.ts'
import { type Roles, rowTag } from './describe.ts'
import { gather } from './gather.ts'
import type { DracoOptions, Recovered } from './report.ts'

export interface CyclicRoundOptions extends Pick<DracoOptions, 'onProgress' | 'signal'> {
  readonly deadlineMs: Milliseconds
  readonly attendance: Attendance
}

export async function recoverByCode(
  mesh: Mesh,
  { workers }: Roles,
  step: Step,
  dimension: number,
  code: CyclicCode,
  options: CyclicRoundOptions,
): Promise<Recovered> {
  const rows = await gatherRows(mesh, workers, step, dimension, code, options)
  const gatheredAt = mesh.clock.now()
  options.onProgress?.({ step, doing: 'rule', phase: 'gradient', waitingFor: [], stalled: false })
  const decoded = decodeRows(code, rows, mesh.random)
  const ruleMs = mesh.clock.now() - gatheredAt
  const caught = (decoded?.liars ?? []).map((i) => workers[i] ?? '')
  for (const peer of caught) mesh.blame({ peer, kind: 'AGREEMENT_OUTVOTED', tag: rowTag(step) })
  const heard = workers.filter((_, i) => rows[i] !== undefined && !decoded?.leftOut.includes(i))
  const missing = workers.filter((peer) => !heard.includes(peer))
  const result = { heard, missing, caught, ruleMs }
  if (decoded !== undefined) return { ...result, mean: Float32Array.from(decoded.mean) }
  return {
    ...result,
    refusal: `no ${code.s} workers explain what came in: more than ${code.s} lie or are late, or rounding hides who`,
  }
}

/** By position; undefined where nothing came, or nothing that could be read. */
async function gatherRows(
  mesh: Mesh,
  workers: readonly PeerId[],
  step: Step,
  dimension: number,
  { s }: CyclicCode,
  { deadlineMs, attendance, onProgress, signal }: CyclicRoundOptions,
): Promise<readonly (ComplexVector | undefined)[]> {
  const tag = rowTag(step)
  const codec = f64(2 * dimension)
  const rows = workers.map((): ComplexVector | undefined => undefined)
  const answered = new Set<PeerId>()
  await gather(mesh, tag, {
    workers,
    deadlineMs,
    take(worker, payload) {
      const peer = workers[worker] ?? ''
      answered.add(peer)
      const decoded = codec.decode(payload)
      if ('value' in decoded) rows[worker] = halves(decoded.value)
      else mesh.blame({ peer, kind: decoded.fault, tag })
    },
    isEnough(silent, isLate) {
      if (answered.size < workers.length - s) return false
      return isLate || silent.every((i) => !attendance.isWaitedFor(workers[i] ?? ''))
    },
    onWaiting: (waitingFor, stalled) =>
      onProgress?.({ step, doing: 'exchange', phase: 'gradient', waitingFor, stalled }),
    signal,
  })
  for (const peer of workers) answered.has(peer) ? attendance.heard(peer) : attendance.missed(peer)
  return rows
}

/** Real parts, then imaginary parts: as the worker says them. */
function halves(payload: Float64Array): ComplexVector {
  const dimension = payload.length / 2
  return { re: payload.subarray(0, dimension), im: payload.subarray(dimension) }
}
