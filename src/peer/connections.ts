/**
 * Keeps a connection to every member, for as long as the swarm lives: whoever is disconnected is dialled again, with growing
 * pauses and some chance in them, until it is back.
 */
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { Milliseconds } from '../mesh/clock.ts'
import type { PeerId } from '../mesh/mesh.ts'
import type { Host } from './host.ts'
import { systemClock } from './system-clock.ts'

export interface DialSettings {
  /**
   * How long the member with the greater peer id waits for the other one to dial, so that two members seldom dial each
   * other at the same moment.
   * @default 2,000 ms
   */
  readonly courtesyMs: Milliseconds
  /**
   * The pause after a first failure; doubled after each further one.
   * @default 500 ms
   */
  readonly firstPauseMs: Milliseconds
  /**
   * The longest pause: how late a member that is reachable again may be noticed.
   * @default 15,000 ms
   */
  readonly lastPauseMs: Milliseconds
  /**
   * How long one attempt may take.
   * @default 5,000 ms
   */
  readonly timeoutMs: Milliseconds
}

const defaultDialSettings: DialSettings = {
  courtesyMs: 2_000,
  firstPauseMs: 500,
  lastPauseMs: 15_000,
  timeoutMs: 5_000,
}

/** A connection that ends sooner counts as a failed attempt: who hangs up at once is not dialled in a tight loop. */
const lastingMs: Milliseconds = 1_000

/** Begins to keep `host` connected to the members at these addresses (multiaddrs; its own entry is passed over). */
export function keepConnected(
  host: Host,
  addresses: Readonly<Record<PeerId, readonly string[]>>,
  settings: Partial<DialSettings> = {},
): { close(): void } {
  const closing = new AbortController()
  for (const [peer, known] of Object.entries(addresses))
    if (peer !== host.self)
      void keepOne(host, peer, known, { ...defaultDialSettings, ...settings }, closing.signal)
  return { close: () => closing.abort() }
}

async function keepOne(
  host: Host,
  peer: PeerId,
  addresses: readonly string[],
  settings: DialSettings,
  signal: AbortSignal,
): Promise<void> {
  const courtesyMs = host.self < peer ? 0 : settings.courtesyMs
  for (let attempts = 0; !signal.aborted; attempts++) {
    const since = systemClock.now()
    await whileConnected(host, peer, signal)
    if (systemClock.now() - since > lastingMs) attempts = 0
    await systemClock.sleep(attempts === 0 ? courtesyMs : pauseAfter(attempts, settings), { signal })
    if (!signal.aborted && !linkedTo(host, peer)) await dial(host, addresses, settings.timeoutMs, signal)
  }
}

/** Doubled with every attempt, and anything between half and one and a half of that: two sides fall out of step. */
function pauseAfter(attempts: number, { firstPauseMs, lastPauseMs }: DialSettings): Milliseconds {
  return Math.min(firstPauseMs * 2 ** (attempts - 1), lastPauseMs) * (0.5 + Math.random())
}

async function dial(
  { node }: Host,
  addresses: readonly string[],
  timeoutMs: Milliseconds,
  signal: AbortSignal,
): Promise<void> {
  try {
    await node.dial(
      addresses.map((address) => multiaddr(address)),
      { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) },
    )
  } catch {
    // It is away, or its address has changed: then it dials us.
  }
}

/** Resolves when `peer` is not connected, or `signal` aborts. */
async function whileConnected(host: Host, peer: PeerId, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = () => {
    if (signal.aborted || !linkedTo(host, peer)) resolve()
  }
  host.node.addEventListener('connection:close', look)
  signal.addEventListener('abort', look)
  look()
  await promise
  host.node.removeEventListener('connection:close', look)
  signal.removeEventListener('abort', look)
}

function linkedTo({ node }: Host, peer: PeerId): boolean {
  return node.getConnections(peerIdFromString(peer)).some(({ status }) => status === 'open')
}
