/** A server and its workers that run DRACO in the simulator, on the quadratic learner; some workers lie. */
import type { DracoCode } from '../../../src/agreement/draco/assess.ts'
import { describeDraco } from '../../../src/agreement/draco/describe.ts'
import { dracoServer } from '../../../src/agreement/draco/draco-server.ts'
import { dracoWorker } from '../../../src/agreement/draco/draco-worker.ts'
import type { DracoReport } from '../../../src/agreement/draco/report.ts'
import type { Progress } from '../../../src/agreement/protocol.ts'
import { Attendance } from '../../../src/mesh/attendance.ts'
import type { Mesh } from '../../../src/mesh/mesh.ts'
import { type MeshChanges, wrappedMesh } from '../../../src/mesh/wrapped-mesh.ts'
import type { Learner } from '../../../src/model/learner.ts'
import { quadraticLearner } from '../../../src/model/quadratic-learner.ts'
import { type Latency, uniform } from '../../../src/sim/latency.ts'
import { type SimWorld, simulate } from '../../../src/sim/world.ts'
import { seededRandom } from '../../../src/util/prng.ts'

export const dimension = 6

/** What a worker that lies does otherwise. One without a learner is silent: it runs nothing. */
export interface Liar {
  readonly learner?: (honest: Learner) => Learner
  readonly mesh?: (mesh: Mesh) => MeshChanges
}

export interface DracoSwarm {
  readonly code: DracoCode
  /** Workers: the server comes besides. */
  readonly n: number
  readonly f: number
  readonly seed: number
  readonly steps: number
  /** By the worker's position, from 0. */
  readonly liars?: ReadonlyMap<number, Liar>
  readonly latency?: Latency
  /** Virtual time that a worker takes for each gradient. @default none */
  readonly workMs?: (worker: number) => number
  readonly onProgress?: (progress: Progress) => void
  readonly onWorld?: (world: SimWorld) => void
}

export interface Trained {
  readonly world: SimWorld
  readonly reports: readonly DracoReport[]
  readonly workerReports: readonly (readonly DracoReport[])[]
  /** The server's model at the end. */
  readonly model: Float32Array
  /** Those of the honest workers. */
  readonly models: readonly Float32Array[]
  readonly trace: readonly string[]
}

/** What silent workers do. */
export const silent: Liar = {}

/** Names of workers, as the simulator has them: the server is p000. */
export const workerName = (worker: number) => `p${String(worker + 1).padStart(3, '0')}`

export async function trainWithDraco(swarm: DracoSwarm): Promise<Trained> {
  const { n, f, code, steps, seed, liars = new Map<number, Liar>(), latency = uniform(1, 20) } = swarm
  const trace: string[] = []
  const describe = describeDraco(dimension, { code })
  const { workMs } = swarm
  const world = simulate({
    n: n + 1,
    seed,
    describe: () => describe,
    latency,
    ...(workMs && { workMs: (position) => () => (position === 0 ? 0 : workMs(position - 1)) }),
    onTrace: (line) => trace.push(line),
  })
  swarm.onWorld?.(world)
  const [serverMesh, ...workerMeshes] = world.meshes.map((mesh) => withRole(mesh))
  const options = { code, f, steps, signal: new AbortController().signal }
  const learner = learnerOf(seed)
  const progress = swarm.onProgress && { onProgress: swarm.onProgress }
  const waiting = { deadlineMs: 200, attendance: new Attendance(2) }
  const server = read(dracoServer(serverMesh as Mesh, learner, { ...options, ...waiting, ...progress }))

  const learners = workerMeshes.map(
    (_, worker) => liars.get(worker)?.learner?.(learnerOf(seed)) ?? learnerOf(seed),
  )
  const running = workerMeshes.flatMap((mesh, worker) => {
    const liar = liars.get(worker)
    if (liar !== undefined && liar.learner === undefined && liar.mesh === undefined) return []
    const changed = liar?.mesh === undefined ? mesh : withRole(wrappedMesh(mesh, liar.mesh(mesh)))
    return [read(dracoWorker(changed, learners[worker] as Learner, options))]
  })
  const [reports, ...workerReports] = await world.clock.until(Promise.all([server, ...running]))
  const honest = learners.filter((_, worker) => !liars.has(worker))
  return {
    world,
    reports: reports ?? [],
    workerReports,
    model: await learner.parameters(),
    models: await Promise.all(honest.map((one) => one.parameters())),
    trace,
  }
}

/** The first member serves. */
export function withRole(mesh: Mesh): Mesh {
  const members = mesh.members.map(({ peer }, i) => ({ peer, role: i === 0 ? 'server' : 'worker' }))
  return { ...wrappedMesh(mesh, {}), members }
}

/** All have the same data: the same noise around the same center. */
export function learnerOf(seed: number): Learner {
  const random = seededRandom(seed, 'center')
  const center = Float32Array.from({ length: dimension }, () => 1 + random.normal())
  const noise = { deviation: 1, seed, member: 0 }
  return quadraticLearner({ center, schedule: { kind: 'constant', rate: 0.2 }, noise })
}

async function read<T>(source: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

/** Adds normal noise of this deviation to every gradient: what it says is some other row, or another sum. */
export function noisy(deviation: number, seed: number): Liar {
  const random = seededRandom(seed, 'lie', deviation)
  return {
    learner: (honest) => ({
      ...honest,
      gradient: async (options) =>
        (await honest.gradient(options)).map((value) => value + deviation * random.normal()),
    }),
  }
}

/** Adds `shift` to every coordinate of the gradient of one batch of every step, as its colluders do. */
export function poisoning(part: number, parts: number, shift: number): Liar {
  return {
    learner: (honest) => ({
      ...honest,
      gradient: async (options) => {
        const gradient = await honest.gradient(options)
        return (options.step - 1) % parts === part ? gradient.map((value) => value + shift) : gradient
      },
    }),
  }
}

/** Says what `lie` makes of each payload of this kind, instead of it. */
export function saying(kind: string, lie: (payload: Uint8Array) => Uint8Array): Liar {
  return {
    mesh: (mesh) => ({
      publish: (tag, payload, options) =>
        mesh.publish(tag, tag.kind === kind ? lie(payload) : payload, options),
      offer: (tag, payload) => {
        const answer = (asker: string) => (typeof payload === 'function' ? payload(asker) : payload)
        mesh.offer(tag, (asker) => {
          const honest = answer(asker)
          return honest !== undefined && tag.kind === kind ? lie(honest) : honest
        })
      },
    }),
  }
}
