/** Runs one arm with one seed, from its settings to its result. A function of its arguments alone. */
import { assess, type Plan } from '../agreement/resilience.ts'
import type { TraceSink } from '../sim/trace.ts'
import { isCoded } from '../util/coded-error.ts'
import { learnersOf } from './arm-learners.ts'
import { liarsIn } from './arm-liars.ts'
import { linksOf } from './arm-links.ts'
import { attacksOf, ruleOf } from './check-arm.ts'
import { Curve } from './curve.ts'
import { rememberedRule } from './remembered-rule.ts'
import type { Outcome, RunResult } from './result.ts'
import type { ArmSettings } from './scenario-schema.ts'
import { runSimulatedSwarm } from './simulated-swarm.ts'

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
  const plan = planOf(settings)
  const { standing, sentence } = assess(plan)
  if (standing === 'impossible' || (standing === 'outside-proof' && !settings.outsideProof))
    return { ...nothing, outcome: 'refused', sentence, standing }
  const attacks = attacksOf(settings)
  const honest = Array.from({ length: settings.n }, (_, i) => i).filter((i) => !attacks.has(i))
  const swarm = await learnersOf(settings, honest, (position) => attacks.get(position)?.poison)
  const curve = new Curve({ swarm, honest, onStep, ...settings.evaluation })
  const { seed, training, agreement, synchrony } = settings
  try {
    const run = await runSimulatedSwarm({
      ...plan,
      rule: rememberedRule(plan.rule),
      modelRule: rememberedRule(plan.modelRule),
      seed,
      steps: training.steps,
      deadlineMs: synchrony.deadlineMs,
      missLimit: synchrony.missLimit,
      ...(agreement.growingBatch ? { batch: (step) => Math.min(step, training.batch) } : {}),
      learner: (position) => curve.learner(position),
      measure: 'nothing',
      ...liarsIn(settings),
      ...linksOf(settings),
      ...(onTrace === undefined ? {} : { onTrace }),
    })
    const { unprovenRounds, fallbackRounds, virtualMs, traceHash } = run
    const final = await curve.final()
    const measured = { final, curve: curve.points, unprovenRounds, fallbackRounds, virtualMs, traceHash }
    return { ...nothing, ...measured, outcome: 'done', standing }
  } catch (error) {
    const outcome = isCoded(error) ? outcomes[error.code] : undefined
    if (outcome === undefined || !isCoded(error)) throw error
    return { ...nothing, curve: curve.points, outcome, sentence: error.message, standing }
  } finally {
    await Promise.all(swarm.learners.map((learner) => learner.close()))
  }
}

const nothing = {
  sentence: null,
  final: null,
  curve: [],
  unprovenRounds: 0,
  fallbackRounds: 0,
  virtualMs: 0,
  traceHash: null,
} as const

/** What the guard has to know of an arm, and what the members' protocol does. */
export function planOf({ n, f, agreement, synchrony }: ArmSettings): Plan {
  const { profile, halvings, rounds, modelRounds, rule, modelRule } = agreement
  const { late, policy } = synchrony
  return {
    n,
    f,
    late,
    policy,
    profile,
    halvings,
    rounds: rounds === 'derived' ? undefined : rounds,
    modelRounds: modelRounds === 'derived' ? undefined : modelRounds,
    rule: ruleOf(rule),
    modelRule: ruleOf(modelRule),
  }
}
