/**
 * The server of protocols that replicate it, ByzSGD, GuanYu and LiuBei; what is assumed and guaranteed stands with
 * byzsgd-worker.ts and liubei/liubei-worker.ts.
 *
 * How, at each step t:
 *   1. hand out my model theta: say it to the workers, or keep it for those who ask
 *   2. gather gradients, at least n - f; theta = theta - eta(t) rule(gradients)
 *   3. where T divides t: say theta to the servers, gather theirs, at least servers - f_s with mine; theta = contract(models)
 *   after the last step: say the trained model, to the servers too
 * A server that is left so far behind that nobody's words for its step will come any more takes the models that the others
 * gather next, or have trained, in the place of its own, and goes on from there: of all but itself at most f_s lie, as before.
 */
import { f32 } from '../../mesh/codec.ts'
import type { Gathered } from '../../mesh/collect.ts'
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import { defaultWindow } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { allFinite } from '../../util/finite.ts'
import { agreementError } from '../errors.ts'
import type { AgreementReport, StepReport } from '../protocol.ts'
import { gradientTag, modelTag } from '../tags.ts'
import { type Cast, castIn, gatherTag } from './describe.ts'
import { combineVectors, gatherVectors } from './gather-vectors.ts'
import { Lead } from './lead.ts'
import { patient, type ReplicatedOptions } from './options.ts'
import { StepTimer } from './step-timer.ts'

export interface ServerOptions extends ReplicatedOptions {
  /** Gradients without which a step is not taken. */
  readonly leastGradients: number
  /** Of how many of `heard` gradients the rule is told that they may be lies. */
  readonly liarsAmong: (heard: number) => number
  /** Whether the model with which a step begins is said to the workers; otherwise it is kept for those who ask. */
  readonly isSaid: (step: Step) => boolean
}

/** What a server works with. */
interface Replica extends Omit<Cast, 'role'> {
  readonly mesh: Mesh
  readonly learner: Learner
  readonly lead: Lead
  readonly timer: StepTimer
  readonly options: ServerOptions
}

/** @throws AGREEMENT_ROLES, AGREEMENT_DIVERGED */
export async function* replicatedServer(
  mesh: Mesh,
  learner: Learner,
  options: ServerOptions,
): AsyncGenerator<StepReport, void, undefined> {
  const { f, window = defaultWindow, signal } = options
  const { servers, workers } = castIn(mesh)
  const lead = new Lead({ mesh, peers: workers, f, window })
  const timer = new StepTimer(mesh.clock)
  const { phase, kind, hop } = gradientTag(0)
  const leave = lead.follow({ phase, kind, hop }, { signal })
  try {
    yield* serve({ mesh, learner, lead, timer, servers, workers, options })
  } finally {
    leave()
  }
}

async function* serve(replica: Replica): AsyncGenerator<StepReport, void, undefined> {
  const { mesh, learner, lead, timer, servers, workers, options } = replica
  const { steps, firstStep = 1, gather, rule, combine, onProgress } = options
  let gamma: Float32Array = new Float32Array(learner.dimension)

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)

    // 1. My model.
    await handOut(replica, step, options.isSaid(step) ? workers : undefined)

    // 2. Gradients, and a step.
    const gradients = await gatherGradients(replica, step)
    if (gradients === undefined) {
      step = await catchUp(replica)
      continue
    }
    const f = options.liarsAmong(gradients.heard.length)
    const combining = { rule, f, before: gamma, combine, onProgress }
    const gradient = await timer.rule(() =>
      lead.holding(() => combineVectors(mesh, gradientTag(step), gradients, combining)),
    )
    gamma = gradient.after
    await timer.compute(() => learner.apply(gamma, step))

    // 3. One model of all servers'.
    const isGather = step % gather === 0
    const model = isGather ? await agreeOnModel(replica, step) : undefined
    if (isGather && model === undefined) {
      step = await catchUp(replica)
      continue
    }
    yield { step, gradient, model, times: timer.take() }
  }

  // The trained model.
  mesh.advance(steps + 1)
  await handOut(replica, steps + 1, [...workers, ...servers])
}

/** @param to absent: those who ask */
async function handOut(
  { mesh, timer, learner }: Replica,
  step: Step,
  to: readonly PeerId[] | undefined,
): Promise<void> {
  const theta = await timer.compute(() => learner.parameters())
  const payload = encoded(theta, step)
  if (to === undefined) mesh.offer(modelTag(step), payload)
  else await mesh.publish(modelTag(step), payload, { to })
}

/** Undefined where this server is left behind. */
function gatherGradients(
  { mesh, learner, lead, timer, workers, options }: Replica,
  step: Step,
): Promise<Gathered<Float32Array> | undefined> {
  const { leastGradients: least, wait, onProgress } = options
  const from = { from: workers, least, dimension: learner.dimension }
  return timer.exchange(() =>
    lead.keepingUp(step, options.signal, (signal) =>
      gatherVectors(mesh, gradientTag(step), { ...from, wait, onProgress, signal }),
    ),
  )
}

/** Undefined where this server is left behind. */
async function agreeOnModel(
  { mesh, learner, lead, timer, servers, options }: Replica,
  step: Step,
): Promise<AgreementReport | undefined> {
  const { serverF, contract, combine, onProgress } = options
  const tag = gatherTag(step)
  const before = await timer.compute(() => learner.parameters())
  const from = { from: servers, least: servers.length - serverF, dimension: before.length }
  const models = await timer.exchange(async () => {
    await mesh.publish(tag, encoded(before, step), { to: servers })
    return lead.keepingUp(step, options.signal, (signal) =>
      gatherVectors(mesh, tag, { ...from, wait: patient(options.wait), onProgress, signal }),
    )
  })
  if (models === undefined) return undefined
  const combining = { rule: contract, f: serverF, before, combine, onProgress }
  const model = await timer.rule(() => lead.holding(() => combineVectors(mesh, tag, models, combining)))
  await timer.compute(() => learner.load(model.after))
  return model
}

/** Resolves with the last step that the models which were taken have behind them. */
async function catchUp({ mesh, learner, lead, timer, servers, options }: Replica): Promise<Step> {
  const { steps, gather, serverF, contract, combine, onProgress } = options
  const others = servers.filter((peer) => peer !== mesh.self)
  const least = Math.max(others.length - serverF, contract.minimum(serverF))
  const from = { from: others, least, dimension: learner.dimension }
  for (;;) {
    const step = Math.min(gather * Math.ceil(lead.step / gather), steps + 1)
    const tag = step > steps ? modelTag(step) : gatherTag(step)
    const models = await timer.exchange(() =>
      lead.keepingUp(step, options.signal, (signal) =>
        gatherVectors(mesh, tag, { ...from, wait: { policy: 'quorum' }, onProgress, signal }),
      ),
    )
    if (models === undefined) continue
    const before = await timer.compute(() => learner.parameters())
    const combining = { rule: contract, f: serverF, before, combine, onProgress }
    const { after } = await timer.rule(() => lead.holding(() => combineVectors(mesh, tag, models, combining)))
    await timer.compute(() => learner.load(after))
    return step
  }
}

function encoded(theta: Float32Array, step: Step): Uint8Array {
  if (!allFinite(theta)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'model' })
  return f32(theta.length).encode(theta)
}
