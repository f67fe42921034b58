/**
 * Training: meet, learn step by step, measure, save, and stay for those who are not done. Reads from top to bottom.
 *
 * Members that keep the result measure and save it on the way; at the end so do those that train, who were told it.
 */
import type { LearnWait } from '../agreement/learn.ts'
import type { StepReport } from '../agreement/protocol.ts'
import { meetAfter, meetBefore, type RendezvousOptions } from '../agreement/rendezvous.ts'
import { liarsIn } from '../agreement/roles.ts'
import type { Combine } from '../agreement/rule.ts'
import { Attendance } from '../mesh/attendance.ts'
import type { Mesh, Step } from '../mesh/mesh.ts'
import type { Learner } from '../model/learner.ts'
import { membersIn } from '../peer/cast.ts'
import { type CodedError, isCoded } from '../util/coded-error.ts'
import { type Log, lineOf } from '../util/log.ts'
import { scoped } from '../util/signal.ts'
import { daemonError } from './errors.ts'
import type { Ledger } from './ledger.ts'
import { castOf, planOf, protocolOf, windowOf } from './swarm-file.ts'
import type { SwarmSettings } from './swarm-schema.ts'
import { UnprovenRounds } from './unproven-rounds.ts'

export interface TrainOptions {
  /** As the protocol sees it: an attacker's is wrapped. */
  readonly mesh: Mesh
  readonly learner: Learner
  readonly settings: SwarmSettings
  readonly ledger: Ledger
  readonly log: Log
  /** Milliseconds during which bytes were under way, since the mesh was opened. */
  readonly transferMs: () => number
  /** How rules are computed. */
  readonly combine: Combine
  /** What the roster gives this peer. */
  readonly role: string
  /** An attacker's model is nobody's product: it neither measures nor saves. */
  readonly isHonest: boolean
  readonly save: (step: Step) => Promise<void>
  readonly onStep: (stepMs: number) => void
  readonly signal: AbortSignal
}

/** Resolves with AGREEMENT_DIVERGED where learning ended by that: then the model is measured, and not saved. */
export async function train(options: TrainOptions): Promise<CodedError | undefined> {
  // One scope for all: after its last step a peer goes on helping slower ones until it leaves.
  return scoped(options.signal, (signal) => trainUntil({ ...options, signal }))
}

async function trainUntil(options: TrainOptions): Promise<CodedError | undefined> {
  const { mesh, settings, ledger, log, role, isHonest, save } = options
  const { steps } = settings.training
  const { keeper, trainer } = protocolOf(settings)
  const hasModel = isHonest && (role === keeper || role === trainer)

  ledger.enter('ready', 'waiting for all to be ready')
  reportAbsent(log, 'ready', await meetBefore(mesh, meeting(options, settings.limits.readyTimeoutMs)))

  ledger.enter('learning', 'starting')
  const diverged = await learnAll(options).catch(unlessDiverged)

  ledger.enter('done', 'measuring')
  // A worker may have skipped the last step, and has the model of it all the same.
  if (hasModel)
    ledger.measured(diverged === undefined ? steps : ledger.step, await options.learner.evaluate())
  // Nobody can need anything of a peer that has no vector to say.
  if (diverged !== undefined) return diverged
  if (hasModel) await save(steps)

  ledger.enter('done', 'staying for those who are not done')
  reportAbsent(log, 'done', await meetAfter(mesh, steps, meeting(options, settings.limits.lingerMs)))
  return undefined
}

function unlessDiverged(error: unknown): CodedError {
  if (isCoded(error, 'AGREEMENT_DIVERGED')) return error
  throw error
}

async function learnAll(options: TrainOptions): Promise<undefined> {
  const { mesh, learner, settings, ledger, log, save, transferMs, onStep, signal, combine } = options
  const { training, evaluation, saveEverySteps } = settings
  const protocol = protocolOf(settings)
  const isKeeper = options.isHonest && options.role === protocol.keeper
  const isDue = (every: number, step: Step) => every > 0 && step % every === 0 && step < training.steps
  const measure = async (step: Step) =>
    ledger.measured(step, await learner.evaluate({ samples: evaluation.samples }))
  // So that a peer whose learning ends early, whatever the reason, has a figure all the same.
  if (isKeeper && evaluation.everySteps > 0) await measure(0)
  let wasStalled = false
  const unproven = new UnprovenRounds(log)
  let began = performance.now()
  let transferredMs = transferMs()
  const reports = protocol.run(mesh, learner, {
    ...planOf(settings),
    steps: training.steps,
    batch: batchOf(settings),
    window: windowOf(settings),
    wait: waitOf(settings),
    combine,
    onProgress(progress) {
      ledger.progress(progress)
      if (progress.stalled && !wasStalled) reportStall(log, { ...progress, least: settings.n - settings.f })
      if (wasStalled && !progress.stalled) log.info('the swarm goes on', { step: progress.step })
      wasStalled = progress.stalled
    },
    signal,
  })
  for await (const report of reports) {
    ledger.complete(report, transferMs() - transferredMs)
    onStep(performance.now() - began)
    tell(log, report, unproven)
    if (isKeeper && isDue(evaluation.everySteps, report.step)) await measure(report.step)
    if (isKeeper && isDue(saveEverySteps, report.step)) await save(report.step)
    began = performance.now()
    transferredMs = transferMs()
  }
}

function tell(
  log: Log,
  { step, model, gradient, missing, refusal }: StepReport,
  unproven: UnprovenRounds,
): void {
  if (gradient !== undefined) unproven.add(step, 'gradient', gradient)
  if (model !== undefined) unproven.add(step, 'model', model)
  const absent = model?.missing ?? gradient?.missing ?? missing
  log.debug('step complete', { step, missing: absent?.join(',') })
  if (refusal !== undefined) log.warn(`step ${step} left the model as it was: ${refusal}`)
}

/** What both meetings need. */
function meeting({ settings, ledger, log, signal }: TrainOptions, timeoutMs: number): RendezvousOptions {
  const protocol = protocolOf(settings)
  const least = membersIn(castOf(settings)) - settings.f - protocol.serverF
  let wasStalled = false
  return {
    liars: liarsIn(protocol, settings.f),
    timeoutMs,
    onWaiting(peers, stalled) {
      ledger.isWaitingFor(peers)
      if (stalled && !wasStalled) reportStall(log, { step: 0, waitingFor: peers, least })
      wasStalled = stalled
    },
    signal,
  }
}

function reportAbsent(log: Log, phase: 'ready' | 'done', missing: readonly string[]): void {
  if (missing.length > 0)
    log.warn(`not all are ${phase}; going on without them`, { missing: missing.join(',') })
}

/** LEARN's b_t = t, as long as every share surely holds so many; or the learner's own constant batch. */
function batchOf({ agreement, training }: SwarmSettings): ((step: Step) => number) | undefined {
  return agreement.growingBatch ? (step) => Math.min(step, training.batch) : undefined
}

function waitOf({ synchrony }: SwarmSettings): LearnWait {
  const { policy, deadlineMs, missLimit } = synchrony
  if (policy !== 'synchronous') return { policy }
  return { policy, deadlineMs, attendance: new Attendance(missLimit) }
}

interface Stall {
  readonly step: Step
  readonly waitingFor: readonly string[]
  /** Without so many it does not go on. */
  readonly least: number
}

function reportStall(log: Log, { step, waitingFor, least }: Stall): void {
  log.warn(...lineOf(daemonError({ code: 'DAEMON_STALLED', step, missing: waitingFor, least })))
}
