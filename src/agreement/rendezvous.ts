/**
 * Meeting before and after learning. Training starts when all members say that their data and model are loaded; a member
 * that finished stays until the others have what they need of it. A liar can hold up either for its timeout, once.
 */
import { Attendance } from '../mesh/attendance.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import { bytes } from '../mesh/codec.ts'
import { exchange, type Wait } from '../mesh/exchange.ts'
import type { Mesh, PeerId, Step } from '../mesh/mesh.ts'
import { leastVectors } from './resilience.ts'

export interface RendezvousOptions {
  /** 0 before learning; the last step after it. */
  readonly step: Step
  readonly phase: 'ready' | 'done'
  readonly f: number
  /** Before learning all members are waited for this long, after it all that are connected; then n - f suffice. */
  readonly timeoutMs: Milliseconds
  readonly onWaiting?: (waitingFor: readonly PeerId[]) => void
  readonly signal: AbortSignal
}

/** Says `phase` and waits for the others to say it; returns those who did not. */
export async function rendezvous(mesh: Mesh, options: RendezvousOptions): Promise<readonly PeerId[]> {
  const { step, phase, f, timeoutMs, onWaiting, signal } = options
  const wait: Wait =
    phase === 'ready'
      ? { policy: 'everyone', deadlineMs: timeoutMs }
      : { policy: 'synchronous', deadlineMs: timeoutMs, attendance: new Attendance(1) }
  const least = leastVectors({ n: mesh.members.length, f })
  const tag = { step, phase, kind: 'word', hop: 0 }
  const { missing } = await exchange(mesh, tag, Uint8Array.of(1), {
    codec: bytes,
    wait,
    least,
    ...(onWaiting === undefined ? {} : { onWaiting }),
    signal,
  })
  return missing
}
