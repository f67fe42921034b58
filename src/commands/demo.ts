/**
 * `medoid demo`: a swarm of daemons as processes on this machine, some of which attack, and what comes of it. Nothing in
 * it is staged: the peers are those of `medoid up`, and the demo sees of them what any owner sees.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { forEachAttacker, splitAttacks } from '../attack/attack-list.ts'
import { parseAttack } from '../attack/attacks.ts'
import type { DaemonStatus } from '../daemon/status.ts'
import { checkSettings, planOf, protocolOf } from '../daemon/swarm-file.ts'
import type { SwarmSettings } from '../daemon/swarm-schema.ts'
import { formatSwarmFile } from '../daemon/swarm-template.ts'
import type { ModelName } from '../model/models.ts'
import { isScriptPath, readScriptFile } from '../scenario/script-file.ts'
import { abortable } from '../util/signal.ts'
import { writeWhole } from '../util/write-file.ts'
import {
  currentStatus,
  type DemoPeer,
  type DemoProcess,
  failureOf,
  firstStatus,
  planPeers,
  readReport,
  startPeer,
  stopPeers,
} from './demo-peers.ts'
import { conclusion, type DemoReport, type Ending, peerReport, spreadOf } from './demo-report.ts'
import { tableLine, tableLines } from './demo-table.ts'
import { commandError } from './errors.ts'
import type { Screen } from './screen.ts'

/** What `medoid demo` can be told. */
export interface DemoFlags {
  /** Processes, and how many of them attack. */
  readonly peers: number
  readonly byzantine: number
  /** One for each attacker, with commas between them; the last repeats. */
  readonly attack: string
  readonly rule: string
  readonly modelRule: string
  readonly steps: number
  readonly model: ModelName
  readonly seed: number
  readonly backend: string
  /** Where to write the report. */
  readonly report?: string
  /** Keep keys, logs and models. */
  readonly keep: boolean
}

export interface DemoSurroundings {
  readonly screen: Screen
  /** Ends the demo and all its peers. */
  readonly signal: AbortSignal
}

/**
 * @throws AGREEMENT_* where the swarm is outside what is proven, ATTACK_*, GAR_*, SWARM_* where an option is wrong,
 *   COMMAND_PEER_FAILED where a peer ends before its model is trained
 */
export async function demo(options: DemoFlags, surroundings: DemoSurroundings): Promise<DemoReport> {
  const { screen } = surroundings
  const settings = settingsOf(options)
  const assessment = protocolOf(settings).assess(planOf(settings))
  if (assessment.standing !== 'proven') throw assessment.error
  const attacks = attacksOf(options)
  // What is wrong with a script is told at once, and not by a peer that did not finish.
  for (const path of new Set(attacks.filter(isScriptPath))) await readScriptFile(path)

  const root = await mkdtemp(join(tmpdir(), 'medoid-demo-'))
  const processes: DemoProcess[] = []
  try {
    const peers = await planPeers(root, options.peers, attacks)
    screen.print(introduction(settings, attacks))
    const report = await runSwarm(options, settings, { ...surroundings, root, peers, processes })
    for (const line of conclusion(peers, report)) screen.print(line)
    if (options.report !== undefined) await writeWhole(options.report, JSON.stringify(report, undefined, 2))
    return report
  } finally {
    await stopPeers(processes)
    if (options.keep) screen.print(`kept: ${root}`)
    else await rm(root, { recursive: true, force: true })
  }
}

interface Stage extends DemoSurroundings {
  readonly root: string
  readonly peers: readonly DemoPeer[]
  /** Where every process is put as soon as it runs, so that it is ended whatever happens. */
  readonly processes: DemoProcess[]
}

async function runSwarm(
  options: DemoFlags,
  settings: SwarmSettings,
  { root, peers, processes, screen, signal }: Stage,
): Promise<DemoReport> {
  const { backend } = options
  const began = performance.now()
  const colluders = peers.filter(({ attack }) => attack !== undefined).map(({ peer }) => peer)
  const start = (peer: DemoPeer, ...origin: string[]) => {
    const started = startPeer({ peer, origin, colluders, backend })
    processes.push(started)
    return started
  }

  const [first, ...others] = peers
  if (first === undefined)
    throw commandError({ code: 'COMMAND_BAD_OPTION', option: '--peers', value: '0', allowed: 'at least 1' })
  const swarmFile = join(root, 'swarm.yaml')
  await writeFile(swarmFile, formatSwarmFile(withMembers(settings, peers)))
  const founder = start(first, '--swarm', swarmFile)
  const { addresses } = await firstStatus(founder, signal)
  for (const peer of others) start(peer, '--join', addresses[0] ?? '')

  const endings = await watch(processes, screen, signal)
  const { n, f, agreement, training, model } = settings
  const { rule, modelRule, protocol } = agreement
  return {
    swarm: { n, f, rule, modelRule, protocol, steps: training.steps, model },
    seconds: (performance.now() - began) / 1000,
    spread: await spreadOf(endings, model),
    peers: peers.map((peer, i) => peerReport(peer, endings[i] as Ending)),
  }
}

/**
 * Shows how the peers get on until all have ended. Where one reports that learning diverged, the others have nothing left to
 * agree on and are ended too. Rejects with COMMAND_PEER_FAILED as soon as one fails in any other way.
 */
async function watch(
  processes: readonly DemoProcess[],
  screen: Screen,
  signal: AbortSignal,
): Promise<Ending[]> {
  const latest = new Map<DemoProcess, DaemonStatus>()
  const show = async (tick: number) => {
    const statuses = await Promise.all(processes.map(currentStatus))
    for (const [i, peer] of processes.entries()) if (statuses[i] !== undefined) latest.set(peer, statuses[i])
    if (screen.isLive) screen.show(tableLines(processes, statuses))
    else if (tick % ticksALine === 0) screen.print(tableLine(statuses))
  }
  let tick = 0
  const timer = setInterval(() => void show(++tick), tickMs)
  try {
    const diverged = Promise.withResolvers<void>()
    const finished = Promise.all(processes.map((peer) => finish(peer, diverged.resolve)))
    await abortable(Promise.race([finished, diverged.promise]), signal)
    // Those that diverge too do so within a step or two.
    await Promise.race([Promise.all(processes.map(({ ended }) => ended)), setTimeout(divergenceMs)])
    await stopPeers(processes)
    return await Promise.all(
      processes.map(async (peer) => (await readReport(peer)) ?? latest.get(peer) ?? fail(peer)),
    )
  } finally {
    clearInterval(timer)
    screen.settle()
  }
}

const tickMs = 1_000
/** How many ticks there are to a line where the table cannot be rewritten. */
const ticksALine = 5
const divergenceMs = 3_000

/** Waits for a peer's end, and tells where it ended because learning diverged. */
async function finish(peer: DemoProcess, onDiverged: () => void): Promise<void> {
  const code = await peer.ended
  if (code === 0) return
  if ((await readReport(peer))?.failure === undefined) return fail(peer)
  onDiverged()
}

async function fail(peer: DemoProcess): Promise<never> {
  throw await failureOf(peer)
}

/** The largest learning rates at which the models were seen to learn under the demo's attacks. */
const fastRates: Readonly<Record<ModelName, number>> = { mlp: 4, cnn: 1 }

/** The swarm of the demo: seven peers on one machine, so that all honest ones are in time. */
function settingsOf({ peers, byzantine, rule, modelRule, steps, model, seed }: DemoFlags): SwarmSettings {
  return checkSettings({
    name: 'demo',
    n: peers,
    // Averaging has no bound on liars to declare: it withstands none.
    f: rule === 'average' ? 0 : byzantine,
    seed,
    task: { split: 'dirichlet', alpha: 0.5 },
    model,
    // Restless at the end with momentum 0.9, so the last third goes slower.
    training: {
      steps,
      learningRate: { kind: 'step', rate: fastRates[model], factor: 0.3, everySteps: Math.ceil(0.7 * steps) },
    },
    agreement: { rule, modelRule },
    synchrony: { policy: 'synchronous', late: 0, deadlineMs: 5_000, missLimit: 2 },
    // On all test images, so that there is a figure also where learning does not last.
    evaluation: { everySteps: 20, samples: 10_000 },
    saveEverySteps: 0,
  })
}

function withMembers(settings: SwarmSettings, peers: readonly DemoPeer[]): SwarmSettings {
  const membership = {
    ...settings.membership,
    policy: 'listed' as const,
    peers: peers.map(({ peer }) => peer),
  }
  return { ...settings, membership }
}

/**
 * The attack of each attacking peer.
 *
 * @throws ATTACK_UNKNOWN, ATTACK_BAD_PARAMETER, COMMAND_BAD_OPTION
 */
export function attacksOf({
  attack,
  peers,
  byzantine,
}: Pick<DemoFlags, 'attack' | 'peers' | 'byzantine'>): string[] {
  if (byzantine >= peers)
    throw commandError({
      code: 'COMMAND_BAD_OPTION',
      option: '--byzantine',
      value: String(byzantine),
      allowed: `below the number of peers, ${peers}`,
    })
  const attacks = splitAttacks(attack)
  for (const text of attacks) if (!isScriptPath(text)) parseAttack(text)
  return forEachAttacker(attacks, byzantine)
}

function introduction({ n, agreement, training, model }: SwarmSettings, attacks: readonly string[]): string {
  const liars =
    attacks.length === 0
      ? 'none of which attacks'
      : `${attacks.length} of which attack (${attacks.join(', ')})`
  return `${n} peers as ${n} processes, ${liars}, train ${model} for ${training.steps} steps with ${agreement.rule} on gradients and ${agreement.modelRule} on models.`
}
