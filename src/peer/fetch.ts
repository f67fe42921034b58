/**
 * Fetches an announced payload: from its origin, from whoever passed the announcement on, from any member that has it. A
 * server that lies or stops costs one chunk; the next goes on from there. One that takes long is not given up, but the next
 * is asked beside it: so liars who trickle bytes hold nobody up for longer than it takes to ask past them. Ends when the
 * payload is whole, or with `signal`.
 */
import { setTimeout } from 'node:timers/promises'
import type { Milliseconds } from '../mesh/clock.ts'
import type { FaultKind } from '../mesh/fault.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { firstPauseMs, lastPauseMs, type WireLimits } from './limits.ts'
import type { Outcome } from './pull-client.ts'
import type { Payload, Transfer } from './transfer.ts'

export interface FetchOptions {
  readonly limits: WireLimits
  /** Who may have it and is connected now, the most promising first. */
  readonly servers: () => readonly PeerId[]
  /** Pulls what the transfer misses; never rejects, ends with nothing when `signal` aborts. Several may fill one transfer at once. */
  readonly pull: (
    server: PeerId,
    transfer: Transfer,
    patienceMs: Milliseconds,
    signal: AbortSignal,
  ) => Promise<Outcome<void>>
  readonly onFault: (server: PeerId, kind: FaultKind) => void
  /** Told of a server that stopped in the middle. */
  readonly onStalled: (server: PeerId) => void
  /** Waits so long, or less where somebody arrives. */
  readonly pause: (ms: Milliseconds) => Promise<void>
  readonly signal: AbortSignal
}

/** Rejects when `signal` aborts. */
export async function fetchPayload(transfer: Transfer, options: FetchOptions): Promise<Payload> {
  const { limits, servers, pull, onFault, onStalled, pause, signal } = options
  const whole = new AbortController()
  const until = AbortSignal.any([signal, whole.signal])
  const arrived = new Promise<void>((resolve) => until.addEventListener('abort', () => resolve()))
  const liars = new Set<PeerId>()
  const asked = new Set<PeerId>()
  let patienceMs = limits.patienceMs
  let isSlow = false

  const ask = async (server: PeerId): Promise<void> => {
    asked.add(server)
    const outcome = await pull(server, transfer, patienceMs, until)
    asked.delete(server)
    if (transfer.whole !== undefined) return whole.abort(new Error('the payload is whole'))
    if (outcome.end === 'stalled') onStalled(server)
    isSlow ||= outcome.end === 'slow'
    if (outcome.end !== 'fault') return
    // What it serves under this announcement is proven wrong: it is never asked for it again.
    liars.add(server)
    onFault(server, outcome.kind)
  }

  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, lastPauseMs)) {
    // Doubled where it was not enough, so that on a machine that is merely busy few pulls of one payload compete.
    let headStartMs = limits.headStartMs
    for (const server of servers()) {
      if (liars.has(server) || asked.has(server)) continue
      if (!(await endsWithin(headStartMs, ask(server), until))) headStartMs *= 2
      if (transfer.whole !== undefined) return transfer.whole
      signal.throwIfAborted()
    }
    // Those that are still asked go on meanwhile; who had nothing may have it by now.
    await Promise.race([pause(pauseMs), arrived])
    if (transfer.whole !== undefined) return transfer.whole
    signal.throwIfAborted()
    if (isSlow) patienceMs *= 2
    isSlow = false
  }
}

/** False where `work` is still going on after so long. Rejects as `work` does. */
async function endsWithin(ms: Milliseconds, work: Promise<void>, signal: AbortSignal): Promise<boolean> {
  const ended = new AbortController()
  const timeout = setTimeout(ms, false, { signal: AbortSignal.any([signal, ended.signal]) })
  timeout.catch(() => {})
  try {
    return await Promise.race([work.then(() => true), timeout])
  } catch (error) {
    if (!signal.aborted) throw error
    return true
  } finally {
    ended.abort()
  }
}
