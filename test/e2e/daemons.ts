/** Real daemons as processes, for tests: started from source with Node's own type stripping, ended by the test's end. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { askStatus } from '../../src/daemon/control-socket.ts'
import type { DaemonReport } from '../../src/daemon/report.ts'
import { keyPath, makeStateDirectory } from '../../src/daemon/state-directory.ts'
import type { DaemonStatus } from '../../src/daemon/status.ts'
import type { PeerId } from '../../src/mesh/mesh.ts'
import { createIdentity } from '../../src/peer/identity.ts'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** A fresh directory that goes away with the test file. */
export async function workplace(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'medoid-e2e-'))
  after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** One `medoid` process. */
export class Medoid {
  readonly child: ChildProcess
  readonly #ended: Promise<number | null>
  #output = ''
  #errors = ''

  constructor(cwd: string, ...args: readonly string[]) {
    this.child = spawn(process.execPath, [cli, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text
    })
    this.#ended = once(this.child, 'close').then(([code]) => code as number | null)
    after(() => this.child.kill('SIGKILL'))
  }

  get output(): string {
    return this.#output
  }

  /** What it logged. */
  get errors(): string {
    return this.#errors
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  /** Its exit code, null where a signal ended it. */
  ended(): Promise<number | null> {
    return this.#ended
  }

  async succeeds(): Promise<void> {
    assert.equal(await this.#ended, 0, `${this.#errors}\n${this.#output}`)
  }

  /** The first match in what it printed or logged, once it is there. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(`${this.#output}\n${this.#errors}`)
      if (match !== null) return match[1] ?? match[0]
      const hasEnded = this.child.exitCode !== null || this.child.signalCode !== null
      if (hasEnded) throw new Error(`it ended without saying ${pattern}:\n${this.#errors}\n${this.#output}`)
      await Promise.race([
        once(this.child.stdout ?? this.child, 'data'),
        once(this.child.stderr ?? this.child, 'data'),
        this.#ended,
      ])
    }
  }
}

export interface Swarm {
  readonly directory: string
  /** The founder first. */
  readonly peers: readonly Medoid[]
  readonly data: readonly string[]
  /** How to join: what the founder printed. */
  readonly join: readonly string[]
}

/**
 * Starts a swarm as a user would: `init`, `up`, and `up --join` with the multiaddr that `up` printed.
 *
 * @param settings of the swarm file; n is the number of peers unless they say something else
 * @param roles peers that have a role by name, by position; the founder is 0
 */
export async function startSwarm(
  peers: number,
  settings: readonly string[],
  flags: readonly (readonly string[])[] = [],
  roles: Readonly<Record<string, readonly number[]>> = {},
): Promise<Swarm> {
  const directory = await workplace()
  const data = Array.from({ length: peers }, (_, i) => join(directory, `peer-${i + 1}`))
  const named = await Promise.all(
    Object.entries(roles).map(async ([role, positions]) => {
      const ids = await Promise.all(positions.map((i) => newPeerIn(data[i] as string)))
      return `membership.roles.${role}=[${ids.join(', ')}]`
    }),
  )
  const set = [`n=${peers}`, ...settings, ...named].flatMap((text) => ['--set', text])
  await new Medoid(directory, 'init', 'swarm.yaml', '--data', 'peer-1', ...set).succeeds()
  const up = (i: number, ...origin: readonly string[]) =>
    new Medoid(directory, 'up', ...origin, ...common(data[i] as string), ...(flags[i] ?? []))
  const founder = up(0, '--swarm', 'swarm.yaml')
  const joining = (await founder.says(/medoid up (--join .*)/)).split(' ')
  const joiners = data.slice(1).map((_, i) => up(i + 1, ...joining))
  return { directory, data, join: joining, peers: [founder, ...joiners] }
}

/** Makes a key before its peer is started. */
async function newPeerIn(data: string): Promise<PeerId> {
  await makeStateDirectory(data)
  return (await createIdentity(keyPath(data))).peer
}

function common(data: string): string[] {
  return [
    ...['--data', data, '--report', join(data, 'report.json')],
    ...['--listen', '/ip4/127.0.0.1/tcp/0', '--backend', 'wasm', '--log-level', 'debug'],
  ]
}

export async function reportOf(data: string): Promise<DaemonReport> {
  return JSON.parse(await readFile(join(data, 'report.json'), 'utf8'))
}

/** The first status of the daemon in `data` of which `holds` is true. */
export async function statusWhen(
  data: string,
  holds: (status: DaemonStatus) => boolean,
): Promise<DaemonStatus> {
  for (;;) {
    const status = await askStatus(data).catch(() => undefined)
    if (status !== undefined && holds(status)) return status
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
