/**
 * LiuBei, where a worker talks to one server a step and finds out by itself whether it lies (El-Mhamdi, Guerraoui, Guirguis,
 * "Fast machine learning with Byzantine workers and servers", 2019): the worker's role; byzsgd/replicated-server.ts is the
 * server's.
 *
 * Assumes: servers >= 3 f_s + 1, of which at most f_s lie, and n >= 2f + 1 workers, of which at most f lie; all start from the same
 *   model; the data of honest workers are alike; what is said in time arrives in time. T = 1/(3 l eta_1) for the Lipschitz
 *   coefficient l of the gradient, which nobody knows.
 * Guarantees: after every gather a worker's model is in the range of the honest servers', coordinate by coordinate. From one
 *   gather to the next a lying server can lead it as far astray as the models filter lets it. That training converges is the
 *   paper's claim; nothing is proven of the filters as they are here.
 * How, at each step t, besides what servers do:
 *   1. say my gradient g_t to all servers; guess = theta_t - eta(t) g_t
 *   2. to 4., where servers have not just gathered: theta_(t+1) is a server's model that passes the filters (pull-model.ts)
 *      where they have, and after the last step: theta_(t+1) = contract(models), of at least servers - f_s
 *   5. g_(t+1) is the gradient there, of the next batch
 * Why servers take turns, each worker beginning with another: a lying server meets each of them once in a while, not one of them
 *   always.
 * Changes from the paper: docs/protocols/liubei.md.
 */
import type { Milliseconds } from '../../mesh/clock.ts'
import { f32 } from '../../mesh/codec.ts'
import type { Wait } from '../../mesh/collect.ts'
import type { Mesh, Step } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { allFinite } from '../../util/finite.ts'
import { castIn } from '../byzsgd/describe.ts'
import { combineVectors, gatherVectors } from '../byzsgd/gather-vectors.ts'
import type { ReplicatedOptions } from '../byzsgd/options.ts'
import { StepTimer } from '../byzsgd/step-timer.ts'
import { agreementError } from '../errors.ts'
import { gradientTag, modelTag } from '../tags.ts'
import { distance } from './distance.ts'
import type { FilterOptions, OwnStep } from './filters.ts'
import { LipschitzFilter } from './lipschitz-filter.ts'
import { type Pulled, type PullOptions, pullModel } from './pull-model.ts'
import type { LiubeiReport } from './report.ts'

export interface LiubeiOptions extends Omit<ReplicatedOptions, 'wait'>, Pick<FilterOptions, 'filters'> {
  readonly wait: Extract<Wait, { readonly policy: 'synchronous' }>
  /** Coefficients that the Lipschitz filter keeps. */
  readonly kept: number
  /** Whether servers say the model with which a step begins; otherwise they keep it for those who ask. */
  readonly isSaid: (step: Step) => boolean
}

/** How long servers wait for gradients: a worker may have to ask all of them, a deadline apart, before it has its model. */
export function gradientWaitMs(servers: number, deadlineMs: Milliseconds): Milliseconds {
  return (servers + 2) * deadlineMs
}

/** @throws AGREEMENT_ROLES, AGREEMENT_DIVERGED */
export async function* liubeiWorker(
  mesh: Mesh,
  learner: Learner,
  options: LiubeiOptions,
): AsyncGenerator<LiubeiReport, void, undefined> {
  const { steps, firstStep = 1, gather, serverF, kept, batch, wait, onProgress } = options
  const { servers, workers } = castIn(mesh)
  const { dimension } = learner
  const timer = new StepTimer(mesh.clock)
  let gradients = 0
  const gradientAt = (theta: Float32Array, step: Step) =>
    timer.compute(async () => {
      onProgress?.({ step, doing: 'compute', phase: 'gradient', waitingFor: [], stalled: false })
      gradients += 1
      await learner.load(theta)
      return learner.gradient({ step, ...(batch && { batch: batch(step) }) })
    })
  const pulling: PullOptions = {
    ...options,
    ...{ servers, turn: workers.indexOf(mesh.self), dimension, timer, gradientAt },
    lipschitz: new LipschitzFilter({ servers: servers.length, serverF, window: kept }),
    deadlineMs: wait.deadlineMs,
    patienceMs: gradientWaitMs(servers.length, wait.deadlineMs) + wait.deadlineMs,
    attendance: wait.attendance,
  }

  let theta = await timer.compute(() => learner.parameters())
  let g = await gradientAt(theta, firstStep)
  let reach = 0
  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)

    // 1. My gradient, to all servers; and where it leads by itself.
    if (!allFinite(g)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'gradient' })
    await timer.exchange(() => mesh.publish(gradientTag(step), f32(dimension).encode(g), { to: servers }))
    const guess = await timer.compute(async () => {
      await learner.load(theta)
      await learner.apply(g, step)
      return learner.parameters()
    })
    const length = distance(guess, theta)
    if (step === firstStep || (step - 1) % gather === 0) reach = length

    // 2. to 4. The next model.
    gradients = 0
    const own = { step, gradient: g, guess, length, reach }
    const next = await (options.isSaid(step + 1) ? hearModels : pullModel)(mesh, own, pulling)
    theta = next.theta

    // 5. The gradient there.
    if (step < steps) g = next.gradient ?? (await gradientAt(theta, step + 1))
    await timer.compute(() => learner.load(theta))

    const { origin, asked, rejections, model } = next
    const times = timer.take()
    yield { step, gradient: undefined, model, times, origin, asked, rejections, gradients }
  }
}

/** Those that all servers say, one of them. */
async function hearModels(mesh: Mesh, own: OwnStep, options: PullOptions): Promise<Pulled> {
  const { servers, serverF, contract, combine, dimension, timer, onProgress, signal, wait } = options
  const tag = modelTag(own.step + 1)
  const from = { from: servers, least: servers.length - serverF, dimension, wait }
  const models = await timer.exchange(() => gatherVectors(mesh, tag, { ...from, onProgress, signal }))
  const combining = { rule: contract, f: serverF, before: own.guess, combine, onProgress }
  const model = await timer.rule(() => combineVectors(mesh, tag, models, combining))
  return { theta: model.after, origin: 'all', asked: 0, rejections: [], model }
}
