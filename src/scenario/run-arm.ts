/** Runs one arm with one seed, from its settings to its result. A function of its arguments alone. */
import { groundOf } from '../agreement/ground.ts'
import { castOf, keepersAmong } from '../agreement/parse-protocol.ts'
import { whyIdle } from '../attack/ground.ts'
import type { Learner } from '../model/learner.ts'
import type { TraceSink } from '../sim/trace.ts'
import { isCoded } from '../util/coded-error.ts'
import { learnersOf } from './arm-learners.ts'
import { liarsIn } from './arm-liars.ts'
import { linksOf, workOf } from './arm-links.ts'
import { planOf } from './arm-plan.ts'
import { attacksOf, protocolOf } from './check-arm.ts'
import { steadyOf } from './crashes.ts'
import { Curve } from './curve.ts'
import { rememberedRule } from './remembered-rule.ts'
import type { Outcome, RunResult } from './result.ts'
import type { ArmSettings } from './scenario-schema.ts'
import { type Counted, runSimulatedSwarm } from './simulated-swarm.ts'

export interface RunOptions {
  /** Told after every step but the last. */
  readonly onStep?: (step: number) => void
  /** Takes the trace, line by line. */
  readonly onTrace?: TraceSink
}

/** All of a result but the run's place in its scenario. */
export type ArmResult = Omit<RunResult, 'digest' | 'arm' | 'label' | 'seed'>

/** Errors that are results: the liars won. Anything else is thrown. */
const outcomes: Readonly<Record<string, Outcome>> = {
  AGREEMENT_DIVERGED: 'diverged',
  SIM_STALLED: 'stalled',
}

/** @throws what is no result of the simulated swarm itself: MODEL_*, DATA_*, SIM_TOO_LONG */
export async function runArm(
  settings: ArmSettings,
  { onStep, onTrace }: RunOptions = {},
): Promise<ArmResult> {
  const protocol = protocolOf(settings)
  const plan = planOf(settings)
  const { standing, sentence } = protocol.assess(plan)
  if (standing === 'impossible' || (standing === 'outside-proof' && !settings.outsideProof))
    return { ...nothing, outcome: 'refused', sentence, standing }
  const attacks = attacksOf(settings)
  const roles = castOf(protocol, settings.n)
  for (const [position, attack] of attacks) {
    // Simulated attackers know all honest gradients, as the papers let them.
    const ground = { ...groundOf(protocol, roles[position] ?? '', plan), knowsHonest: true }
    const sentence = whyIdle(attack, ground)
    if (sentence !== undefined) return { ...nothing, outcome: 'refused', sentence, standing }
  }
  const honest = [...roles.keys()].filter((position) => !attacks.has(position))
  const swarm = await learnersOf(
    settings,
    honest.filter((position) => roles[position] === protocol.trainer),
    (position) => attacks.get(position)?.poison,
  )
  const { seed, training, agreement, synchrony } = settings
  const { steps } = training
  const keepers = keepersAmong(protocol, roles, honest)
  const { crashes } = settings
  const steady = steadyOf(keepers, crashes)
  const curve = new Curve({ swarm, honest: steady, steps, onStep, ...settings.evaluation })
  let counted: Partial<Counted> = {}
  try {
    const run = await runSimulatedSwarm({
      ...plan,
      protocol,
      rule: rememberedRule(plan.rule),
      modelRule: rememberedRule(plan.modelRule),
      seed,
      steps,
      deadlineMs: synchrony.deadlineMs,
      missLimit: synchrony.missLimit,
      ...(agreement.growingBatch ? { batch: (step) => Math.min(step, training.batch) } : {}),
      learner: (position) => learnerAt(swarm.learners, position),
      renewed: (position) => swarm.renew(position),
      crashes,
      measure: 'diameter',
      onStep: (position, report) => curve.visit(position, report.step),
      onEnd: (all) => {
        counted = all
      },
      ...liarsIn(settings),
      ...linksOf(settings, roles, attacks),
      ...workOf(settings),
      ...(onTrace === undefined ? {} : { onTrace }),
    })
    const { contraction } = run
    const final = await curve.final([...run.models.keys()])
    const told = { ...counted, contraction, final, curve: curve.points }
    return { ...nothing, ...told, outcome: 'done', standing }
  } catch (error) {
    const outcome = isCoded(error) ? outcomes[error.code] : undefined
    if (outcome === undefined || !isCoded(error)) throw error
    return { ...nothing, ...counted, curve: curve.points, outcome, sentence: error.message, standing }
  } finally {
    await Promise.all(swarm.learners.map((learner) => learner.close()))
  }
}

const nothing = {
  sentence: null,
  final: null,
  curve: [],
  steps: 0,
  unprovenRounds: 0,
  fallbackRounds: 0,
  refusedSteps: 0,
  contraction: { gradient: null, model: null },
  work: null,
  virtualMs: 0,
  traceHash: null,
} as const

function learnerAt(learners: readonly Learner[], position: number): Learner {
  const learner = learners[position]
  if (learner === undefined) throw new RangeError(`there is no member ${position}`)
  return learner
}
