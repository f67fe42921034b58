/**
 * Fetches an announced payload: from its origin, from whoever passed the announcement on, from any member that has it. A
 * server that lies or stops costs one chunk; the next goes on from there. Ends when the payload is whole, or with `signal`.
 */
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
  readonly pull: (server: PeerId, transfer: Transfer, patienceMs: Milliseconds) => Promise<Outcome<void>>
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
  const liars = new Set<PeerId>()
  let patienceMs = limits.patienceMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, lastPauseMs)) {
    let isSlow = false
    for (const server of servers()) {
      signal.throwIfAborted()
      if (liars.has(server)) continue
      const outcome = await pull(server, transfer, patienceMs)
      if (transfer.whole !== undefined) return transfer.whole
      if (outcome.end === 'stalled') onStalled(server)
      isSlow ||= outcome.end === 'slow'
      if (outcome.end !== 'fault') continue
      // What it serves under this announcement is proven wrong: it is never asked for it again.
      liars.add(server)
      onFault(server, outcome.kind)
    }
    signal.throwIfAborted()
    await pause(pauseMs)
    if (isSlow) patienceMs *= 2
  }
}
