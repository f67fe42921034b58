/**
 * Local SGD: peers train on their own and average their models with all others now and then. A baseline, without a defence
 * (S. Stich, "Local SGD converges fast and communicates little", ICLR 2019).
 *
 * Assumes: nobody lies; n peers start from the same model.
 * Guarantees: where all are in time, all hold the same model, bit for bit, after each averaging. In between each goes where its
 *   own data lead, so the path is that of plain gradient descent on the mean of the losses for H = 1 alone. A liar moves
 *   everybody wherever it likes.
 * How, at each step t:
 *   1. compute a gradient g at the model theta
 *   2. step: theta = theta - eta(t) g
 *   3. where t is a multiple of H, and after the last step: say theta to all, gather theirs, theta = their mean
 * Changes from the paper: docs/protocols/local-sgd.md.
 */
import { f32 } from '../../mesh/codec.ts'
import { exchange } from '../../mesh/exchange.ts'
import { defaultWindow, type Mesh, type Step } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { whole } from '../../util/parameter.ts'
import { combineGathered, reportOfGathering } from '../combine-gathered.ts'
import { localStep } from '../local-step.ts'
import { describeModels, peersAlone } from '../peers-alone.ts'
import { waitingIn } from '../progress.ts'
import { type AgreementReport, protocolRow, type RunOptions, type StepReport } from '../protocol.ts'
import { parseAgreementRule } from '../rule.ts'
import { modelTag } from '../tags.ts'
import { assessPlain, plainWait } from './guard.ts'

const average = parseAgreementRule('average')

/** Twice as many steps make the window, and a mesh keeps 64 at most. */
const mostLocal = 32

export interface LocalSteps {
  /** H: steps between averagings. */
  readonly local: number
}

export const localSgdRow = protocolRow(
  'Local SGD: peers train on their own and average their models every few steps: a baseline, without a defence.',
  { local: whole(1, mostLocal, 8) },
  ({ local }) => ({
    ...peersAlone,
    // Words of one averaging before and one ahead: steps in between are silent.
    window: () => Math.max(defaultWindow, 2 * local),
    assess: (plan) =>
      assessPlain(plan, {
        phase: 'model',
        rule: 'averaging of models',
        promise: `all models are the same after every ${local} steps`,
      }),
    describe: ({ dimension }) => describeModels(dimension, 'all'),
    mostSaid: ({ dimension }) => ({ messages: 1, bytes: 4 * dimension }),
    cost({ n, dimension }, step) {
      const messages = step % local === 0 ? n * (n - 1) : 0
      return { messages, bytes: 4 * dimension * messages }
    },
    run: (mesh, learner, options) => localSgd(mesh, learner, { ...options, local }),
  }),
)

/** @throws AGREEMENT_WRONG_POLICY, AGREEMENT_DIVERGED */
export async function* localSgd(
  mesh: Mesh,
  learner: Learner,
  options: RunOptions & LocalSteps,
): AsyncGenerator<StepReport, void, undefined> {
  const { steps, firstStep = 1, local } = options

  for (let step = firstStep; step <= steps; step++) {
    // The mesh is told of the averaging ahead: what the others say of it is then neither early nor late.
    const averagedAt = Math.min(steps, local * Math.ceil(step / local))
    mesh.advance(averagedAt)
    const began = mesh.clock.now()

    // 1. and 2. A step of my own.
    const theta = await localStep(mesh, learner, step, options)
    if (step < averagedAt) {
      const times = { computeMs: mesh.clock.now() - began, exchangeMs: 0, ruleMs: 0 }
      yield { step, gradient: undefined, model: undefined, times }
      continue
    }

    // 3. The mean of all models.
    const { model, exchangeMs, ruleMs } = await meanOfAll(mesh, step, theta, options)
    await mesh.clock.hold(learner.load(model.after))

    const computeMs = mesh.clock.now() - began - exchangeMs - ruleMs
    yield { step, gradient: undefined, model, times: { computeMs, exchangeMs, ruleMs } }
  }
}

async function meanOfAll(
  mesh: Mesh,
  step: Step,
  theta: Float32Array,
  { f, wait, combine, onProgress, signal }: RunOptions,
): Promise<{ readonly model: AgreementReport; readonly exchangeMs: number; readonly ruleMs: number }> {
  const place = modelTag(step)
  const { phase } = place
  const began = mesh.clock.now()
  const gathered = await exchange(mesh, place, theta, {
    ...plainWait(wait, { expected: mesh.members.length, f, atLeast: 1 }),
    codec: f32(theta.length),
    ...waitingIn(onProgress, place),
    signal,
  })
  const gatheredAt = mesh.clock.now()
  onProgress?.({ step, phase, doing: 'rule', waitingFor: [], stalled: false })
  const combined = await combineGathered(mesh, gathered, { rule: average, f: 0, mine: theta, combine })
  return {
    model: reportOfGathering(gathered, combined, { before: theta, f }),
    exchangeMs: gatheredAt - began,
    ruleMs: mesh.clock.now() - gatheredAt,
  }
}
