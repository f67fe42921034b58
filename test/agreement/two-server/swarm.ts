/** Workers, two servers and a dealer in the simulator, on the quadratic learner, with liars of the test's own. */
import { roles } from '../../../src/agreement/two-server/cast.ts'
import { describeTwoServer } from '../../../src/agreement/two-server/describe.ts'
import { defaultFixedPoint, type FixedPoint } from '../../../src/agreement/two-server/range.ts'
import type { TwoServerReport } from '../../../src/agreement/two-server/report.ts'
import type { Ring } from '../../../src/agreement/two-server/ring/ring.ts'
import { twoServer } from '../../../src/agreement/two-server/two-server.ts'
import { type Pipeline, parseRule } from '../../../src/gar/pipeline.ts'
import { Attendance } from '../../../src/mesh/attendance.ts'
import type { Delivery, Mesh } from '../../../src/mesh/mesh.ts'
import { wrappedMesh } from '../../../src/mesh/wrapped-mesh.ts'
import type { Learner } from '../../../src/model/learner.ts'
import { quadraticLearner } from '../../../src/model/quadratic-learner.ts'
import { uniform } from '../../../src/sim/latency.ts'
import { type SimWorld, simulate } from '../../../src/sim/world.ts'
import { mapped } from '../../../src/util/merge.ts'
import { seededRandom } from '../../../src/util/prng.ts'

export interface SwarmOptions {
  /** Workers: the first n members. Then come the first server, the second and the dealer. */
  readonly n: number
  readonly f: number
  readonly seed: number
  readonly steps?: number
  readonly dimension?: number
  readonly rule?: string | Pipeline
  readonly fixedPoint?: FixedPoint
  readonly checksRange?: boolean
  readonly ring?: Ring
  /** What a worker says its gradient is at a step; its learner's own where absent. */
  readonly gradients?: readonly ((step: number) => Float32Array | undefined)[]
  /** What stands between a member, by position, and its mesh. */
  readonly decorate?: (mesh: Mesh, position: number) => Mesh
  /** Members that run nothing. */
  readonly silent?: readonly number[]
  readonly onTrace?: (line: string) => void
}

export interface Outcome {
  readonly world: SimWorld
  /** By position: workers, first server, second server, dealer. */
  readonly reports: readonly (readonly TwoServerReport[])[]
  readonly models: readonly Float32Array[]
  /** What each member heard from others and drew itself: all that it can know. */
  readonly transcripts: readonly Transcript[]
}

export interface Transcript {
  readonly heard: Delivery[]
  readonly drawn: Uint8Array[]
}

const never = new AbortController().signal

export async function aggregateTogether(options: SwarmOptions): Promise<Outcome> {
  const { n, f, seed, steps = 1, dimension = 6, silent = [], decorate = (mesh) => mesh } = options
  const { rule = 'multikrum', fixedPoint = defaultFixedPoint, checksRange = true, ring } = options
  const describe = describeTwoServer(dimension, { workers: n, fixedPoint, checksRange })
  const world = simulate({
    n: n + 3,
    seed,
    describe: () => describe,
    latency: uniform(1, 20),
    ...(options.onTrace && { onTrace: options.onTrace }),
  })
  const transcripts = world.meshes.map((): Transcript => ({ heard: [], drawn: [] }))
  const meshes = world.meshes.map((mesh, i) =>
    decorate(recorded(withRoles(mesh, n), transcripts[i] as Transcript), i),
  )
  const learners = meshes.map((_, i) => learnerOf(i, dimension, seed, options.gradients?.[i]))
  const run = async (mesh: Mesh, i: number) => {
    const reports: TwoServerReport[] = []
    if (silent.includes(i)) return reports
    const wait = { deadlineMs: 200, attendance: new Attendance(2) }
    const common = {
      steps,
      f,
      rule: typeof rule === 'string' ? parseRule(rule) : rule,
      fixedPoint,
      checksRange,
      wait,
      signal: never,
    }
    const steppings = twoServer(mesh, learners[i] as Learner, { ...common, ...(ring && { ring }) })
    for await (const report of steppings) reports.push(report)
    return reports
  }
  const reports = await world.clock.until(Promise.all(meshes.map(run)))
  const models = await Promise.all(learners.map((learner) => learner.parameters()))
  return { world, reports, models, transcripts }
}

/** The simulator's members are all alike: here are the roles that a roster would give them. */
export function withRoles(mesh: Mesh, n: number): Mesh {
  const others = [roles.first, roles.second, roles.dealer]
  const members = mesh.members.map(({ peer }, i) => ({ peer, role: others[i - n] ?? roles.worker }))
  return { ...wrappedMesh(mesh, {}), members }
}

/** Keeps what the member hears from others, and what it draws. */
function recorded(mesh: Mesh, { heard, drawn }: Transcript): Mesh {
  const seen = new Set<string>()
  const keep = (delivery: Delivery) => {
    const { from, tag, payload } = delivery
    const name = `${from} ${JSON.stringify(tag)}`
    if (from !== mesh.self && !seen.has(name)) heard.push({ from, tag, payload: payload.slice() })
    seen.add(name)
    return delivery
  }
  const random = {
    ...mesh.random,
    bytes(length: number) {
      const bytes = mesh.random.bytes(length)
      drawn.push(bytes)
      return bytes
    },
  }
  const listening = wrappedMesh(mesh, {
    listen: (pattern, options) => mapped(mesh.listen(pattern, options), keep),
  })
  return { ...listening, random }
}

/** Where a worker's own loss is least: each somewhere else, because their data differ. */
export function wishOf(member: number, dimension: number, seed: number): Float32Array {
  const random = seededRandom(seed, 'center', member)
  return Float32Array.from({ length: dimension }, () => 1 + 0.3 * random.normal())
}

function learnerOf(
  member: number,
  dimension: number,
  seed: number,
  gradient: ((step: number) => Float32Array | undefined) | undefined,
): Learner {
  const center = wishOf(member, dimension, seed)
  const honest = quadraticLearner({ center, schedule: { kind: 'constant', rate: 0.2 } })
  return { ...honest, gradient: async (options) => gradient?.(options.step) ?? honest.gradient(options) }
}
