/** The demo's peers: keys, roles, and a process for each. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { askStatus } from '../daemon/control-socket.ts'
import type { DaemonReport } from '../daemon/report.ts'
import { keyPath, makeStateDirectory } from '../daemon/state-directory.ts'
import type { DaemonStatus } from '../daemon/status.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { createIdentity } from '../peer/identity.ts'
import { siblingModule } from '../util/asset.ts'
import { commandError } from './errors.ts'

/** One peer of the demo, as it is planned. */
export interface DemoPeer {
  readonly peer: PeerId
  /** `peer 1` is the founder. */
  readonly name: string
  readonly data: string
  /** What it does to the others, as on the command line; absent where it is honest. */
  readonly attack?: string
}

export interface DemoProcess extends DemoPeer {
  readonly child: ChildProcess
  /** Resolves with the exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>
}

/**
 * Makes `peers` keys below `root` and gives the last `attacks.length` of them, by peer id, an attack each: data shares
 * follow the order of peer ids, so who attacks with which data depends on the seed alone and not on chance.
 */
export async function planPeers(
  root: string,
  peers: number,
  attacks: readonly string[],
): Promise<DemoPeer[]> {
  const made = await Promise.all(
    Array.from({ length: peers }, async (_, i) => {
      const data = join(root, `peer-${i + 1}`)
      await makeStateDirectory(data)
      return { data, peer: (await createIdentity(keyPath(data))).peer }
    }),
  )
  const honest = peers - attacks.length
  return made
    .sort((a, b) => (a.peer < b.peer ? -1 : 1))
    .map((peer, i) => ({
      ...peer,
      name: `peer ${i + 1}`,
      ...(i < honest ? {} : { attack: attacks[i - honest] ?? '' }),
    }))
}

export interface StartOptions {
  readonly peer: DemoPeer
  /** `--swarm FILE` or `--join ADDRESS`. */
  readonly origin: readonly string[]
  readonly colluders: readonly PeerId[]
  readonly backend: string
}

/** Starts the peer's daemon, from source or from the build: whichever this code runs from. Its log is in its directory. */
export function startPeer({ peer, origin, colluders, backend }: StartOptions): DemoProcess {
  const cli = fileURLToPath(siblingModule(import.meta.url, '../cli'))
  const attack =
    peer.attack === undefined ? [] : ['--attack', peer.attack, '--colluders', colluders.join(',')]
  const child = spawn(
    process.execPath,
    [
      // Vectors come and go by the megabyte: with more room for what is young they die there, and collecting takes less time.
      '--max-semi-space-size=16',
      ...[cli, 'up', ...origin, '--data', peer.data, '--listen', '/ip4/127.0.0.1/tcp/0'],
      // The demo asks the guard itself, for all of them.
      ...['--outside-proof', '--backend', backend, '--report', reportPath(peer)],
      ...attack,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  child.stderr.pipe(createWriteStream(logPath(peer)))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return { ...peer, child, ended }
}

/** The status of a peer, as soon as it has one. Rejects with COMMAND_PEER_FAILED where its process ends before. */
export async function firstStatus(peer: DemoProcess, signal: AbortSignal): Promise<DaemonStatus> {
  for (;;) {
    signal.throwIfAborted()
    if (peer.child.exitCode !== null) throw await failureOf(peer)
    const status = await currentStatus(peer)
    if (status !== undefined && status.addresses.length > 0) return status
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The status of a peer, or undefined where it gives none: not yet, or no longer. */
export async function currentStatus({ data }: DemoPeer): Promise<DaemonStatus | undefined> {
  return askStatus(data).catch(() => undefined)
}

/** What the peer reported at its end; undefined where it was ended before. */
export async function readReport(peer: DemoPeer): Promise<DaemonReport | undefined> {
  const text = await readFile(reportPath(peer), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as DaemonReport)
}

/** Why a process ended: the last line of its log. */
export async function failureOf(peer: DemoPeer) {
  const log = await readFile(logPath(peer), 'utf8').catch(() => '')
  const reason = log.trimEnd().split('\n').at(-1) || 'it says nothing'
  return commandError({ code: 'COMMAND_PEER_FAILED', peer: peer.name, reason })
}

/** Asks every process to leave, and ends those that have not within `graceMs`. */
export async function stopPeers(peers: readonly DemoProcess[], graceMs = 5_000): Promise<void> {
  const running = peers.filter(({ child }) => child.exitCode === null && child.signalCode === null)
  for (const { child } of running) child.kill('SIGTERM')
  const timer = setTimeout(() => {
    for (const { child } of running) child.kill('SIGKILL')
  }, graceMs)
  await Promise.all(running.map(({ ended }) => ended))
  clearTimeout(timer)
}

const reportPath = ({ data }: DemoPeer) => join(data, 'report.json')
const logPath = ({ data }: DemoPeer) => join(data, 'log')
