/**
 * A whole swarm in the simulator: the daemon's own protocol code, its rules and its liars, in virtual time, from one seed.
 * What no peer can see is recorded here: how far the honest members are apart before and after each agreement.
 */
import { describeLearn, learn } from '../agreement/learn.ts'
import type { Profile } from '../agreement/profile.ts'
import type { StepReport } from '../agreement/protocol.ts'
import type { Attack } from '../attack/attacks.ts'
import type { Pipeline } from '../gar/pipeline.ts'
import { boxDiagonal, diameter } from '../gar/spread.ts'
import { Attendance } from '../mesh/attendance.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import type { Mesh, PeerId, Step } from '../mesh/mesh.ts'
import type { Learner } from '../model/learner.ts'
import type { Latency } from '../sim/sim-mesh.ts'
import { type Blame, type SimWorld, simulate } from '../sim/world.ts'

export interface SimulatedSwarmOptions {
  readonly seed: number
  readonly n: number
  /** Declared bound on liars; how many there are is another number. */
  readonly f: number
  readonly late?: number
  readonly steps: Step
  readonly rule: Pipeline
  readonly modelRule: Pipeline
  readonly profile?: Profile
  readonly policy?: 'synchronous' | 'quorum'
  readonly deadlineMs?: Milliseconds
  readonly missLimit?: number
  readonly latency?: Latency
  readonly learner: (position: number) => Learner
  /** The liars, by position. They collude. */
  readonly attacks?: ReadonlyMap<number, Attack>
}

/** How far vectors are apart: the largest L2 distance, and the diagonal of their bounding box. */
export interface Spread {
  readonly diameter: number
  readonly boxDiagonal: number
}

/** One agreement of one step: the honest members' true spread, which no peer can see. */
export interface SpreadRecord {
  readonly step: Step
  readonly phase: 'gradient' | 'model'
  readonly before: Spread
  readonly after: Spread
}

export interface SimulatedRun {
  /** The honest members' models at the end, by position. */
  readonly models: ReadonlyMap<number, Float32Array>
  readonly spreads: readonly SpreadRecord[]
  readonly blames: readonly Blame[]
  /** One line a delivery: the same for the same seed. */
  readonly trace: readonly string[]
  readonly virtualMs: Milliseconds
  readonly unprovenRounds: number
  readonly fallbackRounds: number
}

export async function runSimulatedSwarm(options: SimulatedSwarmOptions): Promise<SimulatedRun> {
  const { n, seed, steps, attacks = new Map(), latency } = options
  const positions = Array.from({ length: n }, (_, i) => i)
  const learners = positions.map(options.learner)
  const describe = describeLearn(learners[0]?.dimension ?? 0)
  const world = simulate({ n, seed, describe: () => describe, ...(latency === undefined ? {} : { latency }) })
  const over = new AbortController()

  const reports = new Map<number, StepReport[]>()
  const take = async (position: number) => {
    const [mesh, learner] = [world.meshes[position], learners[position]]
    if (mesh === undefined || learner === undefined) throw new RangeError(`there is no member ${position}`)
    const seen = reportsOf(reports, position)
    for await (const report of learn(
      behaving(mesh, position, options, world),
      learner,
      learnOptions(options, over.signal),
    ))
      seen.push(report)
  }
  const isHonest = (position: number) => !attacks.has(position)
  const honest = positions.filter(isHonest)
  const liars = positions.filter((position) => !isHonest(position)).map(take)
  const settledLiars = Promise.allSettled(liars)
  await world.clock.until(Promise.all(honest.map(take)))
  over.abort(new Error('the honest members are done'))
  await settledLiars

  const models = new Map<number, Float32Array>()
  for (const position of honest) {
    const learner = learners[position]
    if (learner !== undefined) models.set(position, await learner.parameters())
  }
  const ofHonest = honest.map((position) => reportsOf(reports, position))
  const agreements = ofHonest
    .flat()
    .flatMap(({ gradient, model }) => [gradient, model].filter((a) => a !== undefined))
  return {
    models,
    spreads: Array.from({ length: steps }, (_, i) => spreadsAt(ofHonest, i + 1)).flat(),
    blames: world.blames,
    trace: world.network.trace,
    virtualMs: world.clock.now(),
    unprovenRounds: agreements.reduce((sum, { unprovenRounds }) => sum + unprovenRounds, 0),
    fallbackRounds: agreements.reduce((sum, { fallbackRounds }) => sum + fallbackRounds, 0),
  }
}

function learnOptions(options: SimulatedSwarmOptions, signal: AbortSignal) {
  const { f, late = 0, steps, rule, modelRule, profile = 'practical' } = options
  const { policy = 'synchronous', deadlineMs = 1000, missLimit = 2 } = options
  const wait =
    policy === 'quorum'
      ? ({ policy } as const)
      : { policy, deadlineMs, attendance: new Attendance(missLimit) }
  return { f, late, steps, rule, modelRule, profile, wait, signal }
}

/** The mesh as the member's protocol code sees it: a liar's is decorated. */
function behaving(mesh: Mesh, position: number, options: SimulatedSwarmOptions, { meshes }: SimWorld): Mesh {
  const { attacks = new Map<number, Attack>(), deadlineMs = 1000, f, rule, modelRule } = options
  const colluders = new Set<PeerId>(meshes.filter((_, i) => attacks.has(i)).map(({ self }) => self))
  const aggregateOf = (phase: string) => (vectors: readonly Float32Array[]) =>
    (phase === 'gradient' ? rule : modelRule).aggregate(vectors, f)
  return attacks.get(position)?.misbehave(mesh, { colluders, rushMs: deadlineMs / 2, aggregateOf }) ?? mesh
}

function spreadsAt(ofHonest: readonly (readonly StepReport[])[], step: Step): SpreadRecord[] {
  const reports = ofHonest.map((reports) => reports[step - 1])
  return (['gradient', 'model'] as const).flatMap((phase) => {
    const agreements = reports.map((report) => report?.[phase]).filter((agreement) => agreement !== undefined)
    if (agreements.length === 0) return []
    const before = spreadOf(agreements.map((agreement) => agreement.before))
    const after = spreadOf(agreements.map((agreement) => agreement.after))
    return [{ step, phase, before, after }]
  })
}

function spreadOf(vectors: readonly Float32Array[]): Spread {
  return { diameter: diameter(vectors), boxDiagonal: boxDiagonal(vectors) }
}

function reportsOf(reports: Map<number, StepReport[]>, position: number): StepReport[] {
  const present = reports.get(position) ?? []
  reports.set(position, present)
  return present
}
