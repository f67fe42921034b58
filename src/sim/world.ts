/** A simulated swarm: members, their meshes and the links between them, in virtual time, from one seed. */
import type { Milliseconds } from '../mesh/clock.ts'
import type { Fault } from '../mesh/fault.ts'
import type { InboxLimits } from '../mesh/inbox.ts'
import { type Describe, defaultWindow, type Member, type PeerId } from '../mesh/mesh.ts'
import { seededRandom } from '../util/prng.ts'
import { keyOf } from './chance.ts'
import { ChosenLine, type ChosenLineOptions } from './chosen-line.ts'
import { type Latency, uniform } from './latency.ts'
import type { Line } from './line.ts'
import { Network } from './network.ts'
import { checkPartition, type Partition } from './partition.ts'
import { SimMesh } from './sim-mesh.ts'
import { checkLink, type Link, type LinkOf, TimedLine } from './timed-line.ts'
import { Trace, type TraceSink } from './trace.ts'
import { type Life, VirtualClock } from './virtual-clock.ts'

export interface SimOptions {
  readonly n: number
  readonly seed: number
  /** The role of each member, by position. @default all are `peer` */
  readonly roles?: readonly string[] | undefined
  readonly describe: (member: number) => Describe
  readonly limits?: InboxLimits
  /** Of every link that `link` says nothing of. @default uniform from 5 to 100 ms, drawn for each message */
  readonly latency?: Latency
  /** What else the links do: of all, or from one position to another. */
  readonly link?: Partial<Link> | ((from: number, to: number) => Partial<Link>)
  /** Takes the place of the links: an adversary chooses what arrives next, within fairness. */
  readonly asynchronous?: Pick<ChosenLineOptions, 'schedule' | 'patience' | 'choiceMs'>
  /** Partitions that open and heal on schedule. */
  readonly partitions?: readonly Partition[]
  /** Virtual time that work held by a member takes, each time it holds some: LEARN's gradient, step and model. @default 0 */
  readonly workMs?: (member: number) => Latency
  /** Whether a member passes on what is for all: all but liars do. @default all do */
  readonly passesOn?: (member: number) => boolean
  /** Whether what a member says need not be copied, because its code never writes to it again. @default all is copied */
  readonly handsOver?: (member: number) => boolean
  /** Virtual time passes in ticks of 1/ticksPerMs ms; a coarser clock has fewer instants and is faster. @default 1000 */
  readonly ticksPerMs?: number
  /** Takes the trace, line by line. */
  readonly onTrace?: TraceSink
}

/** Blame as it was laid: by whom, and when. */
export interface Blame extends Fault {
  readonly by: PeerId
  readonly atMs: Milliseconds
}

export interface SimWorld {
  readonly clock: VirtualClock
  readonly network: Network
  readonly trace: Trace
  /** In the order of the members; one that was restarted has a new mesh. */
  readonly meshes: readonly SimMesh[]
  readonly blames: readonly Blame[]
  /** Ends the process at a position: it hears and says nothing any more, and what it waits for never comes. */
  crash(position: number): void
  /** Starts a process anew at a position, with no memory of what it heard and said. What others still hold it hears. */
  restart(position: number): SimMesh
}

export const simLimits: InboxLimits = {
  window: defaultWindow,
  maxPendingPerPeer: 1024,
  maxPendingBytesPerPeer: Number.POSITIVE_INFINITY,
}

/** Members are called `p000`, `p001`, ...: their names sort as their positions do. */
export function memberName(position: number, n = 1000): PeerId {
  return `p${String(position).padStart(Math.max(3, String(n - 1).length), '0')}`
}

/** @throws SIM_BAD_LINK, SIM_BAD_PARTITION */
export function simulate(options: SimOptions): SimWorld {
  const { n, seed, roles, limits = simLimits, ticksPerMs = 1000, partitions = [] } = options
  const clock = new VirtualClock({ ticksPerMs })
  const peers = Array.from({ length: n }, (_, i) => memberName(i, n))
  const members: readonly Member[] = peers.map((peer, i) => ({ peer, role: roles?.[i] ?? 'peer' }))
  const trace = new Trace(clock, peers, options.onTrace)
  const network = new Network({
    members,
    seed,
    line: lineOf(options, clock, peers),
    trace,
    clock,
    window: limits.window,
  })
  const blames: Blame[] = []
  const lives: Life[] = []

  const start = (position: number, ...incarnation: readonly number[]) => {
    const self = peers[position] ?? ''
    const life = { isOver: false }
    lives[position] = life
    return new SimMesh({
      network,
      members,
      position,
      describe: options.describe(position),
      limits,
      clock: clock.forMember(position, life, workOf(options, position)),
      random: seededRandom(seed, 'mesh', self, ...incarnation),
      passesOn: options.passesOn?.(position) ?? true,
      handsOver: options.handsOver?.(position) ?? false,
      life,
      onFault: (fault) => blames.push({ ...fault, by: self, atMs: clock.now() }),
    })
  }
  const meshes = peers.map((_, i) => start(i))
  for (const { sides, fromMs, untilMs } of partitions.map((partition) => checkPartition(partition, n)))
    clock.after(fromMs, () => clock.after(untilMs - fromMs, network.partition(sides)))

  let restarts = 0
  return {
    clock,
    network,
    trace,
    meshes,
    blames,
    crash(position) {
      const life = lives[position]
      if (life !== undefined) life.isOver = true
      network.crash(position)
    },
    restart(position) {
      const mesh = start(position, ++restarts)
      meshes[position] = mesh
      return mesh
    },
  }
}

function lineOf(options: SimOptions, clock: VirtualClock, peers: readonly PeerId[]): Line {
  const { latency = uniform(5, 100), link = {}, asynchronous } = options
  if (asynchronous !== undefined) return new ChosenLine({ clock, peers, ...asynchronous })
  if (typeof link !== 'function') {
    const same = checkLink({ latency, ...link })
    return new TimedLine(clock, () => same)
  }
  const linkOf: LinkOf = (from, to) => checkLink({ latency, ...link(from, to) })
  return new TimedLine(clock, linkOf)
}

/** Each member's work has a stream of chance of its own. */
function workOf({ workMs, seed }: SimOptions, position: number): (() => Milliseconds) | undefined {
  if (workMs === undefined) return undefined
  const takes = workMs(position)
  const random = seededRandom(keyOf(seed, 'work'), position)
  return () => takes(random)
}
