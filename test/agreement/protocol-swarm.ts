/** Any protocol of the table in the simulator, on the quadratic learner, with liars of the test's own. */
import { castOf, parseProtocol } from '../../src/agreement/parse-protocol.ts'
import type { Protocol, ProtocolPlan, RunOptions, Said, StepReport } from '../../src/agreement/protocol.ts'
import { parseAgreementRule } from '../../src/agreement/rule.ts'
import { Attendance } from '../../src/mesh/attendance.ts'
import { defaultWindow, type Mesh } from '../../src/mesh/mesh.ts'
import { wrappedMesh } from '../../src/mesh/wrapped-mesh.ts'
import type { Learner } from '../../src/model/learner.ts'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'
import { type Latency, uniform } from '../../src/sim/latency.ts'
import type { Link } from '../../src/sim/timed-line.ts'
import type { TraceSink } from '../../src/sim/trace.ts'
import { type SimWorld, simLimits, simulate } from '../../src/sim/world.ts'
import { seededRandom } from '../../src/util/prng.ts'

export const dimension = 6

/** What a member does instead of keeping to the protocol: `mesh` or `learner` of its own, or nothing at all. */
export interface Liar {
  readonly mesh?: (mesh: Mesh, world: SimWorld) => Mesh
  readonly learner?: (honest: Learner) => Learner
}

/** Runs no protocol: it is silent. */
export const silent: Liar = {}

export interface ProtocolSwarm {
  /** As a swarm file has it. */
  readonly protocol: string
  /** Members that train; servers come before them, in the protocol's order. */
  readonly n: number
  readonly f: number
  readonly steps: number
  readonly seed?: number
  readonly late?: number
  readonly rule?: string
  readonly modelRule?: string
  readonly policy?: 'synchronous' | 'quorum'
  readonly deadlineMs?: number
  readonly latency?: Latency
  readonly link?: Partial<Link> | ((from: number, to: number) => Partial<Link>)
  readonly workMs?: (member: number) => Latency
  /** Standard deviation of where honest members' own losses are least, around 1. @default 0.3 */
  readonly apart?: number
  /** Standard deviation of the noise on gradients. @default 0 */
  readonly noise?: number
  readonly rate?: number
  /** Parameters of the model. @default 6 */
  readonly dimension?: number
  /** By position among all members: servers first. */
  readonly liars?: ReadonlyMap<number, Liar>
  /** Takes the trace, too: the test's own, which shows its end where the test fails. */
  readonly onTrace?: TraceSink
  /** A member leaves after the first report of which this holds. @default after the last step */
  readonly isEnough?: (report: StepReport) => boolean
}

export interface ProtocolRun {
  readonly protocol: Protocol
  readonly world: SimWorld
  /** By position; empty for liars. */
  readonly reports: readonly (readonly StepReport[])[]
  /** Of the honest members that keep the result, by position. */
  readonly models: ReadonlyMap<number, Float32Array>
  /** Mean of the centers of the honest members that train: where their mean loss is least. */
  readonly best: Float64Array
  readonly trace: readonly string[]
}

/** Rejects with what an honest member's protocol throws, and where nothing can happen any more: SIM_STALLED. */
export async function runProtocol(swarm: ProtocolSwarm): Promise<ProtocolRun> {
  const { n, steps, seed = 1, policy = 'synchronous', deadlineMs = 200 } = swarm
  const protocol = parseProtocol(swarm.protocol)
  const roles = castOf(protocol, n)
  const liars = swarm.liars ?? new Map<number, Liar>()
  const plan = planOf(swarm)
  const trace: string[] = []
  const window = Math.max(defaultWindow, protocol.window?.(plan) ?? 0)
  const describe = protocol.describe(plan, membersOf(roles))
  const world: SimWorld = simulate({
    n: roles.length,
    roles,
    seed,
    describe: () => describe,
    latency: swarm.latency ?? uniform(1, 20),
    limits: { ...simLimits, window },
    passesOn: (position) => !liars.has(position),
    ...(swarm.link && { link: swarm.link }),
    ...(swarm.workMs && { workMs: swarm.workMs }),
    onTrace: (line) => {
      trace.push(line)
      swarm.onTrace?.(line)
    },
  })
  const first = protocol.servers.length
  const learners = roles.map((_, position) => {
    const learner = learnerOf(swarm, protocol, position - first)
    return liars.get(position)?.learner?.(learner) ?? learner
  })
  const over = new AbortController()
  const take = async (position: number): Promise<readonly StepReport[]> => {
    const mesh = world.meshes[position] as Mesh
    const liar = liars.get(position)
    const seen = liar?.mesh?.(wrappedMesh(mesh, {}), world) ?? mesh
    const options: RunOptions = {
      ...plan,
      steps,
      window,
      wait: policy === 'synchronous' ? { policy, deadlineMs, attendance: new Attendance(2) } : { policy },
      signal: over.signal,
    }
    const reports: StepReport[] = []
    for await (const report of protocol.run(seen, learners[position] as Learner, options)) {
      reports.push(report)
      if (swarm.isEnough?.(report)) break
    }
    return reports
  }
  const positions = [...roles.keys()]
  const isActive = (position: number) => {
    const liar = liars.get(position)
    return liar === undefined || liar.mesh !== undefined || liar.learner !== undefined
  }
  const lying = Promise.allSettled(positions.filter((i) => liars.has(i) && isActive(i)).map(take))
  const honest = positions.filter((i) => !liars.has(i))
  const taken = await world.clock.until(Promise.all(honest.map(take)))
  over.abort(new Error('the honest members are done'))
  // In time, too: a liar may be at work, which ends when its time is over.
  await world.clock.until(lying)

  const models = new Map<number, Float32Array>()
  for (const position of honest)
    if (roles[position] === protocol.keeper)
      models.set(position, await (learners[position] as Learner).parameters())
  const trainers = honest.filter((position) => position >= first).map((position) => position - first)
  const best = Float64Array.from({ length: plan.dimension }, (_, k) => {
    const centers = trainers.map((worker) => centerOf(swarm, protocol, worker)[k] ?? 0)
    return centers.reduce((sum, x) => sum + x, 0) / centers.length
  })
  return {
    protocol,
    world,
    reports: positions.map((position) => taken[honest.indexOf(position)] ?? []),
    models,
    best,
    trace,
  }
}

/** What the guard and the cost formulas are asked about. */
export function planOf(swarm: ProtocolSwarm): ProtocolPlan {
  const { n, f, late = 0, policy = 'synchronous', rule = 'trmean', modelRule = 'trmean' } = swarm
  const rules = { rule: parseAgreementRule(rule), modelRule: parseAgreementRule(modelRule) }
  return { n, f, late, policy, dimension: swarm.dimension ?? dimension, profile: 'practical', ...rules }
}

export function membersOf(roles: readonly string[]) {
  return roles.map((role, i) => ({ peer: `p${String(i).padStart(3, '0')}`, role }))
}

function centerOf(
  { seed = 1, apart = 0.3, dimension: length = dimension }: ProtocolSwarm,
  { data }: Protocol,
  worker: number,
): Float32Array {
  const random = seededRandom(seed, 'center', data === 'shared' ? 0 : Math.max(0, worker))
  return Float32Array.from({ length }, () => 1 + apart * random.normal())
}

/** A server's learner, `worker` below 0, knows no gradients. */
function learnerOf(swarm: ProtocolSwarm, protocol: Protocol, worker: number): Learner {
  const { seed = 1, noise = 0, rate = 0.2 } = swarm
  const member = protocol.data === 'shared' ? 0 : Math.max(0, worker)
  const learner = quadraticLearner({
    center: centerOf(swarm, protocol, worker),
    schedule: { kind: 'constant', rate },
    ...(noise === 0 ? {} : { noise: { deviation: noise, seed, member } }),
  })
  if (worker >= 0) return learner
  return {
    ...learner,
    gradient: async () => {
      throw new Error('a server has no data')
    },
  }
}

/** What was said in a step, delivery by delivery: messages, and bytes of payload (sim/trace.ts). */
export function saidIn(trace: readonly string[], step: number): Said {
  const lengths = trace
    .map((line) => line.split(' '))
    .filter(([, , , tag]) => tag?.startsWith(`${step}/`))
    .map(([, , , , , length]) => Number(length))
  return { messages: lengths.length, bytes: lengths.reduce((sum, length) => sum + length, 0) }
}

/** Who says how much to whom under which tag, without the digests of what is said: of that, figures and models tell more. */
export function withoutDigests(trace: readonly string[]): string[] {
  return trace.map((line) => line.slice(0, line.lastIndexOf(' ')))
}

/** What each member said itself to each other one in each step, relays left out: `1 p000>p003`. */
export function saidOnLinks(trace: readonly string[]): Map<string, Said> {
  const said = new Map<string, Said>()
  for (const [, link = '', origin = '', tag = '', , length] of trace.map((line) => line.split(' '))) {
    if (!link.startsWith(`${origin}>`)) continue
    const place = `${tag.split('/')[0]} ${link}`
    const { messages, bytes } = said.get(place) ?? { messages: 0, bytes: 0 }
    said.set(place, { messages: messages + 1, bytes: bytes + Number(length) })
  }
  return said
}

/** Largest L2 distance of a model from `point`. */
export function farthestFrom(point: ArrayLike<number>, models: Iterable<Float32Array>): number {
  return Math.max(
    ...[...models].map((model) => Math.hypot(...model.map((x, k) => x - (point[k] ?? Number.NaN)))),
  )
}
