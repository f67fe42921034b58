/**
 * LEARN: collaborative learning without a server (El-Mhamdi et al., "Collaborative learning in the jungle", NeurIPS 2021).
 *
 * Assumes: n members that start from the same model; at most f of them lie; the data of each may differ from the others';
 *   n, f, the declared number u of late honest vectors and the rules satisfy `assess` (resilience.ts).
 * Guarantees: what the profile says (profile.ts). Honest models stay together, and follow a direction that at most f liars
 *   can bend only as far as the honest gradients differ among themselves.
 * How, at each step t:
 *   1. compute one gradient g of the local loss at the model theta
 *   2. agree on gradients: gamma = agreement on g, by N(t) halvings or one exchange
 *   3. step: theta = theta - eta(t) gamma
 *   4. agree on models: theta = agreement on theta, by one halving or one exchange
 * Why agree twice: gradients differ at every step because the data do, so models would drift apart by eta times that
 *   difference; agreeing on models takes back what remains. Why go on with n - f: the other f may be silent for ever.
 * Changes from the paper: every message is tagged with step, phase and hop; worker momentum may replace the growing batch;
 *   deadlines instead of full asynchrony where the swarm declares it (docs/PROOFS.md).
 */
import type { Pipeline } from '../gar/pipeline.ts'
import { bytes, f32 } from '../mesh/codec.ts'
import type { Wait } from '../mesh/exchange.ts'
import type { Describe, Mesh, Step } from '../mesh/mesh.ts'
import type { Learner } from '../model/learner.ts'
import { averagingAgreement } from './averaging-agreement.ts'
import type { Setting } from './contraction.ts'
import { type Profile, roundsOf } from './profile.ts'
import type { Progress, StepReport } from './protocol.ts'

/** Learning goes on without the disconnected, so `everyone` is no policy of it. */
export type LearnWait = Exclude<Wait, { readonly policy: 'everyone' }>

export interface LearnOptions extends Pick<Setting, 'f' | 'late'> {
  /** T: how many steps to take, and which is the first. */
  readonly steps: Step
  readonly firstStep?: Step
  readonly rule: Pipeline
  readonly modelRule: Pipeline
  readonly profile: Profile
  readonly wait: LearnWait
  readonly onProgress?: (progress: Progress) => void
  readonly signal: AbortSignal
}

export async function* learn(
  mesh: Mesh,
  learner: Learner,
  options: LearnOptions,
): AsyncGenerator<StepReport, void, undefined> {
  const { steps, firstStep = 1, f, late, rule, modelRule, profile, wait, onProgress, signal } = options
  const setting: Setting = { n: mesh.members.length, f, late, policy: wait.policy }
  const rounds = roundsOf(profile, rule, modelRule, setting)

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const began = mesh.clock.now()
    const compute = <T>(work: Promise<T>) => mesh.clock.hold(work)
    const agree = (phase: Phase, mine: Float32Array, count: number, rule: Pipeline) =>
      averagingAgreement(mesh, mine, { step, phase, rounds: count, rule, f, wait, onProgress, signal })

    // 1. One gradient at the current model.
    onProgress?.({ step, doing: 'compute', phase: 'gradient', waitingFor: [], stalled: false })
    const g = await compute(learner.gradient({ step }))
    const computedAt = mesh.clock.now()

    // 2. Agree on gradients.
    const gamma = await agree('gradient', g, rounds.gradient(step), rule)

    // 3. Step.
    const agreedAt = mesh.clock.now()
    await compute(learner.apply(gamma.after, step))
    const theta = await compute(learner.parameters())
    const steppedAt = mesh.clock.now()

    // 4. Agree on models.
    const model = await agree('model', theta, rounds.model, modelRule)
    const loadingAt = mesh.clock.now()
    await compute(learner.load(model.after))

    const computeMs = computedAt - began + (steppedAt - agreedAt) + (mesh.clock.now() - loadingAt)
    const times = {
      computeMs,
      exchangeMs: gamma.exchangeMs + model.exchangeMs,
      ruleMs: gamma.ruleMs + model.ruleMs,
    }
    yield { step, gradient: gamma, model, times }
  }
}

type Phase = 'gradient' | 'model'

/** The tags that LEARN uses for a model of `dimension` parameters: for the mesh, before it takes a byte. */
export function describeLearn(dimension: number): Describe {
  const vector = { maxBytes: 4 * dimension, codec: f32(dimension), audience: 'all' } as const
  const word = { maxBytes: 8, codec: bytes, audience: 'all' } as const
  return ({ phase, kind, hop, origin, part }) => {
    if (origin !== undefined || part !== undefined) return undefined
    if (kind === 'value' && (phase === 'gradient' || phase === 'model')) return vector
    if (kind === 'word' && (phase === 'ready' || phase === 'done') && hop === 0) return word
    return undefined
  }
}
