/**
 * LEARN: collaborative learning without a server (El-Mhamdi et al., "Collaborative learning in the jungle", NeurIPS 2021).
 *
 * Assumes: n members that start from the same model; at most f of them lie; the data of each may differ from the others';
 *   n, f, the declared number u of late honest vectors and the rules satisfy `assess` (resilience.ts).
 * Guarantees: what the profile says (profile.ts). Honest models stay together, and follow a direction that at most f liars
 *   can bend only as far as the honest gradients differ among themselves.
 * How, at each step t:
 *   1. compute one gradient g of the local loss at the model theta, of a constant batch or of b_t = t samples
 *   2. agree on gradients: gamma = agreement on g, by as many exchanges as the form asks for, perhaps none
 *   3. step: theta = theta - eta(t) gamma
 *   4. agree on models: theta = agreement on theta, likewise
 * Why agree twice: gradients differ at every step because the data do, so models would drift apart by eta times that
 *   difference; agreeing on models takes back what remains. Why go on with n - f: the other f may be silent for ever.
 * Changes from the paper: every message is tagged with step, phase and hop; worker momentum may replace the growing batch;
 *   deadlines instead of full asynchrony where the swarm declares it (docs/PROOFS.md).
 * Changes from Garfield's loops, under the profile `garfield`: each peer computes one gradient, at its own model, where the
 *   PyTorch loop has all n compute one at each asker's model (n^2 in all); an exchange goes on with what its policy says, not
 *   with whatever is there; values of other rounds, which untagged answers let in, cannot be handed out; f = 0 runs.
 */
import type { Mesh, Step } from '../mesh/mesh.ts'
import { defaultWindow } from '../mesh/mesh.ts'
import type { Learner } from '../model/learner.ts'
import { type AgreementWait, averagingAgreement } from './averaging-agreement.ts'
import type { Setting } from './contraction.ts'
import { type Form, roundsOf } from './profile.ts'
import type { Progress, StepReport } from './protocol.ts'
import type { Phase } from './resilience.ts'
import type { AgreementRule, Combine } from './rule.ts'
import { StepScopes } from './step-scopes.ts'

/** Learning goes on without the disconnected, so `everyone` is no policy of it. */
export type LearnWait = Exclude<AgreementWait, { readonly policy: 'everyone' }>

export interface LearnOptions extends Pick<Setting, 'f' | 'late'>, Form {
  /** T: how many steps to take, and which is the first. */
  readonly steps: Step
  readonly firstStep?: Step | undefined
  readonly rule: AgreementRule
  readonly modelRule: AgreementRule
  /** Samples of the gradient of a step. @default the learner's own batch */
  readonly batch?: ((step: Step) => number) | undefined
  readonly wait: LearnWait
  /** How rules are computed. @default at once, on this thread */
  readonly combine?: Combine | undefined
  /** Steps for which the mesh keeps what is said. @default defaultWindow */
  readonly window?: number | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Ends learning, and what this peer does for slower ones after its last step: under `reliable` they need it. */
  readonly signal: AbortSignal
}

export async function* learn(
  mesh: Mesh,
  learner: Learner,
  options: LearnOptions,
): AsyncGenerator<StepReport, void, undefined> {
  const { steps, firstStep = 1, f, late, rule, modelRule, batch, wait, combine, onProgress, signal } = options
  const setting: Setting = { n: mesh.members.length, f, late, policy: wait.policy }
  const rounds = roundsOf(options, rule, modelRule, setting)
  const scopes = new StepScopes(options.window ?? defaultWindow, signal)

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const helping = scopes.enter(step)
    const began = mesh.clock.now()
    const compute = <T>(work: Promise<T>) => mesh.clock.hold(work)
    const agree = (phase: Phase, mine: Float32Array, count: number, rule: AgreementRule) =>
      averagingAgreement(mesh, mine, {
        step,
        phase,
        rounds: count,
        rule,
        f,
        wait,
        combine,
        onProgress,
        helping,
        signal,
      })

    // 1. One gradient at the current model.
    onProgress?.({ step, doing: 'compute', phase: 'gradient', waitingFor: [], stalled: false })
    const g = await compute(learner.gradient({ step, ...(batch && { batch: batch(step) }) }))
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
