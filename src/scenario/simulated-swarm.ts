/**
 * A whole swarm in the simulator: the daemon's own protocol code, its rules and its liars, in virtual time, from one seed.
 * Liars are decorated meshes (`attacks`, which run the protocol as honest members do) or moved by one script (`adversary`).
 */
import { describeLearn } from '../agreement/describe.ts'
import { type LearnOptions, type LearnWait, learn } from '../agreement/learn.ts'
import type { Form } from '../agreement/profile.ts'
import type { StepReport } from '../agreement/protocol.ts'
import type { AgreementRule } from '../agreement/rule.ts'
import { asAsked } from '../attack/attack.ts'
import type { Attack } from '../attack/attacks.ts'
import type { Conspiracy } from '../attack/conspiracy.ts'
import { play, type Script } from '../attack/script.ts'
import { Attendance } from '../mesh/attendance.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import type { Mesh, PeerId, Step } from '../mesh/mesh.ts'
import type { Learner } from '../model/learner.ts'
import { wiretap } from '../sim/wiretap.ts'
import { type Blame, memberName, type SimOptions, type SimWorld, simulate } from '../sim/world.ts'
import { type Measure, SpreadLog, type SpreadRecord } from './spread-log.ts'

/** What takes the steps: LEARN, or another protocol with its options. */
export type Protocol = (
  mesh: Mesh,
  learner: Learner,
  options: LearnOptions,
) => AsyncGenerator<StepReport, void, undefined>

/** Liars that one script moves. */
export interface Adversary {
  /** Their positions. */
  readonly liars: readonly number[]
  readonly script: Script
  /** They run no protocol and hear only what the script overhears: faster, and enough for attacks that forge vectors. */
  readonly idle?: boolean
}

type WorldOptions = Omit<SimOptions, 'n' | 'seed' | 'describe' | 'limits' | 'passesOn'>

export interface SimulatedSwarmOptions extends WorldOptions, Partial<Form> {
  readonly seed: number
  readonly n: number
  /** Declared bound on liars; how many there are is another number. */
  readonly f: number
  readonly late?: number
  readonly steps: Step
  readonly rule: AgreementRule
  readonly modelRule: AgreementRule
  /** Samples of the gradient of a step. @default the learner's own batch */
  readonly batch?: (step: Step) => number
  readonly policy?: 'synchronous' | 'quorum' | 'reliable'
  readonly deadlineMs?: Milliseconds
  readonly missLimit?: number
  /** @default LEARN */
  readonly protocol?: Protocol
  readonly learner: (position: number) => Learner
  /** The liars, by position. They collude. */
  readonly attacks?: ReadonlyMap<number, Attack>
  /** More liars: those of `attacks` know of them and they of those. */
  readonly adversary?: Adversary
  /** What is measured of the honest spread. @default diameter */
  readonly measure?: Measure
  /** Told after each step of each honest member. */
  readonly onStep?: (position: number, report: StepReport) => void
}

export interface SimulatedRun {
  /** The honest members' models at the end, by position. */
  readonly models: ReadonlyMap<number, Float32Array>
  readonly spreads: readonly SpreadRecord[]
  readonly blames: readonly Blame[]
  /** Of the trace (sim/trace.ts): equal for equal runs. */
  readonly traceHash: string
  readonly deliveries: number
  readonly virtualMs: Milliseconds
  readonly unprovenRounds: number
  readonly fallbackRounds: number
}

const defaultDeadlineMs = 1000

/** @throws what the protocol throws at an honest member, SIM_STALLED, SIM_BAD_LINK, SIM_BAD_CHOICE */
export async function runSimulatedSwarm(options: SimulatedSwarmOptions): Promise<SimulatedRun> {
  const { n, adversary, attacks = new Map(), protocol = learn, onStep } = options
  const scripted = new Set(adversary?.liars)
  const positions = Array.from({ length: n }, (_, i) => i)
  const honest = positions.filter((i) => !attacks.has(i) && !scripted.has(i))
  const isIdle = (i: number) => scripted.has(i) && adversary?.idle === true
  const learners = new Map(positions.filter((i) => !isIdle(i)).map((i) => [i, options.learner(i)]))
  const origins = options.policy === 'reliable' ? positions.map((i) => memberName(i, n)) : []
  const describe = describeLearn(learners.get(honest[0] ?? 0)?.dimension ?? 0, origins)
  const isHonest = (i: number) => !attacks.has(i) && !scripted.has(i)
  const world = simulate({ ...options, describe: () => describe, passesOn: isHonest })
  const over = new AbortController()
  const played = misbehaving(world, options, over.signal)
  const log = new SpreadLog(honest.length, options.measure ?? 'diameter')

  const take = async (position: number) => {
    const [mesh, learner] = [played.meshes[position], learners.get(position)]
    if (mesh === undefined || learner === undefined) return
    for await (const report of protocol(mesh, learner, learnOptions(options, over.signal))) {
      if (!isHonest(position)) continue
      log.take(report)
      onStep?.(position, report)
    }
  }
  const liars = Promise.allSettled(positions.filter((i) => !isHonest(i)).map(take))
  const failing = played.done.then(() => new Promise<never>(() => {}))
  await world.clock.until(Promise.race([Promise.all(honest.map(take)), failing]))
  over.abort(new Error('the honest members are done'))
  await liars

  const models = new Map<number, Float32Array>()
  for (const [position, learner] of learners)
    if (isHonest(position)) models.set(position, await learner.parameters())
  return {
    models,
    spreads: log.records,
    blames: world.blames,
    traceHash: world.trace.hash,
    deliveries: world.trace.deliveries,
    virtualMs: world.clock.now(),
    unprovenRounds: log.unprovenRounds,
    fallbackRounds: log.fallbackRounds,
  }
}

function learnOptions(options: SimulatedSwarmOptions, signal: AbortSignal): LearnOptions {
  const { f, late = 0, steps, rule, modelRule, batch, profile = 'practical' } = options
  const { halvings, rounds, modelRounds, policy = 'synchronous' } = options
  const { deadlineMs = defaultDeadlineMs, missLimit = 2 } = options
  const wait: LearnWait =
    policy === 'synchronous' ? { policy, deadlineMs, attendance: new Attendance(missLimit) } : { policy }
  const form: Form = { profile, halvings, rounds, modelRounds }
  return { f, late, steps, rule, modelRule, batch, ...form, wait, signal }
}

/** The meshes as the members' protocol code sees them: a liar's is decorated, by an attack or by the script. */
function misbehaving({ meshes, network }: SimWorld, options: SimulatedSwarmOptions, signal: AbortSignal) {
  const { adversary, attacks = new Map<number, Attack>(), deadlineMs = defaultDeadlineMs } = options
  const scripted = adversary?.liars ?? []
  const colluders = new Set<PeerId>(
    meshes.filter((_, i) => attacks.has(i) || scripted.includes(i)).map(({ self }) => self),
  )
  const conspiracy: Conspiracy = {
    colluders,
    rushMs: deadlineMs / 2,
    aggregateOf: (phase) =>
      asAsked((vectors) =>
        (phase === 'gradient' ? options.rule : options.modelRule).aggregate(vectors, options.f),
      ),
  }
  const seen: Mesh[] = meshes.map((mesh, i) => attacks.get(i)?.misbehave(mesh, conspiracy) ?? mesh)
  const [first, ...others] = scripted.flatMap((i) => meshes[i] ?? [])
  if (adversary === undefined || first === undefined) return { meshes: seen, done: Promise.resolve() }

  if (adversary.idle) for (const position of scripted) network.deafen(position)
  const { meshes: moved, done } = play(adversary.script, [first, ...others], {
    colluders,
    signal,
    overhear: (pattern) => wiretap(network, pattern, { signal }),
    setPresent: (liar, isPresent) => {
      for (const { self } of meshes)
        if (self !== liar) isPresent ? network.connect(liar, self) : network.disconnect(liar, self)
    },
  })
  for (const [i, position] of scripted.entries()) seen[position] = moved[i] ?? first
  return { meshes: seen, done }
}
