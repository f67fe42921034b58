/**
 * A whole swarm in the simulator: the daemon's own protocol code, its rules and its liars, in virtual time, from one seed.
 * Liars are decorated meshes (`attacks`, which run the protocol as honest members do) or moved by one script (`adversary`).
 * Servers, where the protocol has them, have the first positions; members that train come after them.
 */
import type { LearnWait } from '../agreement/learn.ts'
import { castOf, keepersAmong, parseProtocol } from '../agreement/parse-protocol.ts'
import type { Form } from '../agreement/profile.ts'
import type { Protocol, ProtocolPlan, RunOptions, StepReport } from '../agreement/protocol.ts'
import type { AgreementRule } from '../agreement/rule.ts'
import type { Attack } from '../attack/attacks.ts'
import { Attendance } from '../mesh/attendance.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import { defaultWindow, type Step } from '../mesh/mesh.ts'
import type { Learner } from '../model/learner.ts'
import { type Blame, memberName, type SimOptions, type SimWorld, simLimits, simulate } from '../sim/world.ts'
import type { MeasuredContraction } from './contraction-tally.ts'
import { type Crash, type Life, liveThrough, steadyOf } from './crashes.ts'
import { type Adversary, playLiars } from './simulated-liars.ts'
import { type Measure, SpreadLog, type SpreadRecord } from './spread-log.ts'
import { type Work, WorkLog } from './work-log.ts'

type WorldOptions = Omit<
  SimOptions,
  'n' | 'seed' | 'roles' | 'describe' | 'limits' | 'passesOn' | 'handsOver'
>

export interface SimulatedSwarmOptions extends WorldOptions, Partial<Form> {
  readonly seed: number
  /** Members that train; the servers of the protocol come on top. */
  readonly n: number
  /** Declared bound on liars among them; how many there are is another number. */
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
  /** Of the member at a position: servers have the first ones. */
  readonly learner: (position: number) => Learner
  /** The liars, by position. They collude. */
  readonly attacks?: ReadonlyMap<number, Attack>
  /** More liars: those of `attacks` know of them and they of those. */
  readonly adversary?: Adversary
  /** Honest members whose process ends, and perhaps another's begin in its place; the latter under LEARN alone. */
  readonly crashes?: readonly Crash[]
  /** Of a member whose process begins anew: as at the start. @default learner */
  readonly renewed?: (position: number) => Learner
  /** What is measured of the honest spread, of members that never crash. @default both */
  readonly measure?: Measure
  /** Told after each step of each honest member; virtual time stands still until what it returns is settled. */
  readonly onStep?: (position: number, report: StepReport) => Promise<void> | void
  /** Told what was counted once nothing happens any more, before what went wrong is thrown. */
  readonly onEnd?: (counted: Counted) => void
}

/** What a run came to up to its end, whichever it was. */
export interface Counted {
  /** Steps that all honest members took that keep the result and never crash. */
  readonly steps: number
  readonly unprovenRounds: number
  readonly fallbackRounds: number
  /** Steps in which the model was left as it was, over all honest members that keep it. */
  readonly refusedSteps: number
  readonly work: Work
  readonly virtualMs: Milliseconds
  /** Of the trace (sim/trace.ts): equal for equal runs. */
  readonly traceHash: string
}

export interface SimulatedRun extends Counted {
  /** The models at the end of the honest members that keep the result and took the last step, by position. */
  readonly models: ReadonlyMap<number, Float32Array>
  readonly spreads: readonly SpreadRecord[]
  /** What the agreements on each made of the true honest spread; null where there was none, or it was not measured. */
  readonly contraction: Readonly<Record<'gradient' | 'model', MeasuredContraction | null>>
  readonly blames: readonly Blame[]
  readonly deliveries: number
}

const defaultDeadlineMs = 1000

/** @throws what the protocol throws at an honest member, SIM_STALLED, SIM_BAD_LINK, SIM_BAD_CHOICE */
export async function runSimulatedSwarm(options: SimulatedSwarmOptions): Promise<SimulatedRun> {
  const { adversary, attacks = new Map(), protocol = parseProtocol('learn'), onStep, crashes = [] } = options
  const { renewed = options.learner } = options
  const roles = castOf(protocol, options.n)
  const positions = [...roles.keys()]
  const scripted = new Set(adversary?.liars)
  const isHonest = (i: number) => !attacks.has(i) && !scripted.has(i)
  const isIdle = (i: number) => scripted.has(i) && adversary?.idle === true
  const honest = positions.filter(isHonest)
  const keepers = keepersAmong(protocol, roles, honest)
  const learners = new Map(positions.filter((i) => !isIdle(i)).map((i) => [i, options.learner(i)]))
  const plan = planOf(options, learners.get(honest[0] ?? 0)?.dimension ?? 0)
  const world = worldOf(options, protocol, plan, roles, isHonest)
  const over = new AbortController()
  const { deadlineMs = defaultDeadlineMs } = options
  const liarOptions = { ...options, protocol, attacks, deadlineMs, signal: over.signal }
  const played = playLiars(world, liarOptions)
  const steady = new Map(steadyOf(keepers, crashes).map((position) => [position, 0]))
  const spreads = new SpreadLog(steady.size, options.measure ?? 'both')
  const work = new WorkLog(world, honest)
  let refusedSteps = 0
  let newestStep = 0

  const live = async (life: Life): Promise<number> => {
    const { position, mesh = played.meshes[position], firstStep } = life
    if (life.mesh !== undefined) learners.set(position, renewed(position))
    const own = learners.get(position)
    if (mesh === undefined || own === undefined) return 0
    const learner = played.learner(position, isHonest(position) ? work.counting(own) : own)
    let steps = 0
    const run = { ...runOptions(options, plan, protocol, over.signal), firstStep }
    for await (const report of protocol.run(mesh, learner, run)) {
      if (!isHonest(position)) continue
      steps += 1
      newestStep = Math.max(newestStep, report.step)
      if (steady.has(position)) {
        steady.set(position, steps)
        spreads.take(report, mesh.self)
        if (report.refusal !== undefined) refusedSteps += 1
      }
      const told = onStep?.(position, report)
      if (told !== undefined) await world.clock.forMember(position).hold(told)
    }
    return steps
  }
  const lying = positions.filter((i) => !isHonest(i)).map((position) => live({ position, firstStep: 1 }))
  const liars = Promise.allSettled(lying)
  const failing = played.done.then(() => new Promise<never>(() => {}))
  const living = liveThrough({ world, honest, crashes, newestStep: () => newestStep, live })
  const counted = (): Counted => ({
    steps: Math.min(...steady.values()),
    unprovenRounds: spreads.unprovenRounds,
    fallbackRounds: spreads.fallbackRounds,
    refusedSteps,
    work: work.total(),
    virtualMs: world.clock.now(),
    traceHash: world.trace.hash,
  })
  const done = await world.clock
    .until(Promise.race([living, failing]))
    .finally(() => options.onEnd?.(counted()))
  over.abort(new Error('the honest members are done'))
  await liars

  const models = new Map<number, Float32Array>()
  for (const position of keepers) {
    const learner = done.has(position) ? learners.get(position) : undefined
    if (learner !== undefined) models.set(position, await learner.parameters())
  }
  return {
    models,
    spreads: spreads.records,
    contraction: { gradient: spreads.contraction('gradient'), model: spreads.contraction('model') },
    blames: world.blames,
    deliveries: world.trace.deliveries,
    ...counted(),
  }
}

function worldOf(
  options: SimulatedSwarmOptions,
  protocol: Protocol,
  plan: ProtocolPlan,
  roles: readonly string[],
  isHonest: (position: number) => boolean,
): SimWorld {
  const members = roles.map((role, i) => ({ peer: memberName(i, roles.length), role }))
  const describe = protocol.describe(plan, members)
  return simulate({
    ...options,
    n: roles.length,
    roles,
    limits: { ...simLimits, window: windowOf(protocol, plan) },
    describe: () => describe,
    passesOn: isHonest,
    // LEARN's vectors are reported as they were said, so it never writes to one again; of other protocols nobody promises it.
    handsOver: (position) => protocol.text === 'learn' && isHonest(position),
  })
}

function windowOf(protocol: Protocol, plan: ProtocolPlan): Step {
  return Math.max(defaultWindow, protocol.window?.(plan) ?? 0)
}

function planOf(options: SimulatedSwarmOptions, dimension: number): ProtocolPlan {
  const { n, f, late = 0, rule, modelRule, profile = 'practical' } = options
  const { halvings, rounds, modelRounds, policy = 'synchronous' } = options
  return { n, f, late, policy, rule, modelRule, dimension, profile, halvings, rounds, modelRounds }
}

function runOptions(
  options: SimulatedSwarmOptions,
  plan: ProtocolPlan,
  protocol: Protocol,
  signal: AbortSignal,
): RunOptions {
  const { steps, batch, deadlineMs = defaultDeadlineMs, missLimit = 2 } = options
  const { policy } = plan
  const wait: LearnWait =
    policy === 'synchronous' ? { policy, deadlineMs, attendance: new Attendance(missLimit) } : { policy }
  return { ...plan, steps, batch, wait, window: windowOf(protocol, plan), signal }
}
