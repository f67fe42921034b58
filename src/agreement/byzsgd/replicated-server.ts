/**
 * The server of protocols that replicate it, ByzSGD, GuanYu and LiuBei; what is assumed and guaranteed stands with
 * byzsgd-worker.ts and liubei/liubei-worker.ts.
 *
 * How, at each step t:
 *   1. hand out my model theta: say it to the workers, or keep it for those who ask
 *   2. gather gradients, at least n - f; theta = theta - eta(t) rule(gradients)
 *   3. where T divides t: say theta to the servers, gather theirs, at least servers - f_s with mine; theta = contract(models)
 *   after the last step: say the trained model, to the servers too, and theta = contract(trained models)
 * A server that is left so far behind that nobody's words for its step will come any more goes on where the others are, with the
 * model that it has: others may need it, and the next contract(models) brings it back.
 */
import { f32 } from '../../mesh/codec.ts'
import type { Gathered, Wait } from '../../mesh/collect.ts'
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import { defaultWindow } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
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
  /** How gradients are waited for, and how many are in before a step is taken. */
  readonly gradientWait: Wait
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
  let hasSkipped = false

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)

    // 1. My model.
    await handOut(replica, step, options.isSaid(step) ? workers : undefined)

    // 2. Gradients, and a step.
    const gradients = await gatherGradients(replica, step)
    if (gradients === undefined) {
      hasSkipped = true
      step = lead.step - 1
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
    let model: AgreementReport | undefined
    if (step % gather === 0) {
      model = await gatherModels(replica, step, hasSkipped)
      hasSkipped = model === undefined
    }
    yield { step, gradient, model, times: timer.take() }
  }

  // The trained model.
  mesh.advance(steps + 1)
  const trained = await handOut(replica, steps + 1, [...workers, ...servers])
  await agreeOnModel(replica, modelTag(steps + 1), trained, hasSkipped)
}

/**
 * Resolves with what was handed out.
 *
 * @param to absent: those who ask
 */
async function handOut(
  { mesh, timer, learner }: Replica,
  step: Step,
  to: readonly PeerId[] | undefined,
): Promise<Float32Array> {
  const theta = await timer.compute(() => learner.parameters())
  const payload = encoded(theta, step)
  if (to === undefined) mesh.offer(modelTag(step), payload)
  else await mesh.publish(modelTag(step), payload, { to })
  return theta
}

/** Undefined where this server is left behind. */
function gatherGradients(
  { mesh, learner, lead, timer, workers, options }: Replica,
  step: Step,
): Promise<Gathered<Float32Array> | undefined> {
  const { leastGradients: least, gradientWait: wait, onProgress } = options
  const from = { from: workers, least, dimension: learner.dimension }
  return timer.exchange(() =>
    lead.keepingUp(step, options.signal, (signal) =>
      gatherVectors(mesh, gradientTag(step), { ...from, wait, onProgress, signal }),
    ),
  )
}

/** Undefined where this server is left behind. */
async function gatherModels(
  replica: Replica,
  step: Step,
  isStale: boolean,
): Promise<AgreementReport | undefined> {
  const { mesh, learner, timer, servers } = replica
  const tag = gatherTag(step)
  const theta = await timer.compute(() => learner.parameters())
  await timer.exchange(() => mesh.publish(tag, encoded(theta, step), { to: servers }))
  return agreeOnModel(replica, tag, theta, isStale)
}

/**
 * @param before what this server has said under `tag`
 * @param isStale whether it has steps missing: then it goes by the others, where they are enough
 */
async function agreeOnModel(
  { mesh, learner, lead, timer, servers, options }: Replica,
  tag: Tag,
  before: Float32Array,
  isStale: boolean,
): Promise<AgreementReport | undefined> {
  const { serverF, contract, combine, onProgress } = options
  const from = { from: servers, least: servers.length - serverF, dimension: before.length }
  const models = await timer.exchange(() =>
    lead.keepingUp(tag.step, options.signal, (signal) =>
      gatherVectors(mesh, tag, { ...from, wait: patient(options.wait), onProgress, signal }),
    ),
  )
  if (models === undefined) return undefined
  const others = models.heard.filter(({ peer }) => peer !== mesh.self)
  const heard = isStale && others.length >= contract.minimum(serverF) ? others : models.heard
  const combining = { rule: contract, f: serverF, before, combine, onProgress }
  const model = await timer.rule(() =>
    lead.holding(() => combineVectors(mesh, tag, { ...models, heard }, combining)),
  )
  await timer.compute(() => learner.load(model.after))
  return model
}

function encoded(theta: Float32Array, step: Step): Uint8Array {
  if (!allFinite(theta)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'model' })
  return f32(theta.length).encode(theta)
}
