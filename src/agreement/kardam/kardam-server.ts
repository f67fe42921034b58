/**
 * Kardam, the server's role: asynchronous SGD behind two filters of scalars (Damaskinos, El Mhamdi, Guerraoui, Patra, Taziki,
 * "Asynchronous Byzantine machine learning (the case of SGD)", ICML 2018).
 *
 * Assumes: this server is honest; n workers of which at most f lie, n >= 3f + M, M gradients an update. Nothing of time.
 * Guarantees: f + 1 of any 2f+1 gradients taken in a row are of honest workers, and f silent ones stop nothing (admission.ts). The
 *   paper proves that the model converges; docs/protocols/kardam.md shows where it does not.
 * How, until there were as many updates as steps:
 *   1. say the model of step t to all
 *   2. as gradients come, of whatever step s <= t: judge each, and take it with the weight Lambda(t - s), or drop it
 *   3. after M taken ones: theta = theta - eta(t) sum of Lambda(t - s) gradient, and t = t + 1
 *   after the last update: say the trained model
 * Why f + 1 of 2f+1: the frequency filter lets each of f liars have one of them, whatever it says and however often.
 * Why n >= 3f + M: of n - f workers that answer, 2f may be recent, and an update needs M of the others.
 * Changes from the paper: docs/protocols/kardam.md.
 */
import { f32 } from '../../mesh/codec.ts'
import type { FaultKind } from '../../mesh/fault.ts'
import { defaultWindow, type Mesh, type PeerId, type Step } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { sayModel } from '../one-server/say-model.ts'
import type { RunOptions, StepReport } from '../protocol.ts'
import { peersWith } from '../roles.ts'
import { gradientTag } from '../tags.ts'
import { weightedSum } from '../weighted-sum.ts'
import { Admission, type Place, type Taken, type Verdict } from './admission.ts'
import { type Dampening, dampened } from './dampening.ts'
import type { Answer } from './growth.ts'

export interface KardamOptions extends RunOptions, Dampening {
  /** M: gradients of an update. */
  readonly perUpdate: number
}

/** A gradient as it was applied. */
export interface Weighed extends Pick<Taken, 'worker' | 'step' | 'isEscape'> {
  readonly weight: number
  /** [d]. Not to be written to. */
  readonly vector: Float32Array
}

/** `heard` are the workers that answered since the model was said; in asynchrony nobody is missing. */
export interface KardamReport extends StepReport {
  /** What the update was made of, in the order in which it was taken. */
  readonly taken: readonly Weighed[]
  /** Every gradient that was judged, in order of arrival. */
  readonly judged: readonly { readonly worker: PeerId; readonly step: Step; readonly verdict: Verdict }[]
}

/** @throws AGREEMENT_DIVERGED */
export async function* kardamServer(
  mesh: Mesh,
  learner: Learner,
  options: KardamOptions,
): AsyncGenerator<KardamReport, void, undefined> {
  const { f, steps, firstStep = 1, perUpdate, window = defaultWindow, signal } = options
  const workers = peersWith(mesh.members, 'worker')
  const admission = new Admission({ n: workers.length, f, perUpdate })
  const models = new Map<Step, Float32Array>()
  const answers = answersOf(mesh, workers, models, { signal })
  const compute = <T>(work: Promise<T>) => mesh.clock.hold(work)

  try {
    for (let t = firstStep; t <= steps; t++) {
      const began = mesh.clock.now()

      // 1. The model, to all. Older ones are kept as long as gradients at them may come.
      mesh.advance(t)
      const model = await compute(learner.parameters())
      models.set(t, model)
      models.delete(t - window - 1)
      const readAt = mesh.clock.now()
      await sayModel(mesh, t, model)

      // 2. Gradients, as they come.
      const place = { model, before: models.get(t - 1) }
      const { taken, judged } = await admitted(answers, admission, { t, place, workers, options })

      // 3. The update.
      const gatheredAt = mesh.clock.now()
      await compute(learner.apply(weightedSum(taken, learner.dimension), t))

      const computeMs = readAt - began + (mesh.clock.now() - gatheredAt)
      const times = { computeMs, exchangeMs: gatheredAt - readAt, ruleMs: 0 }
      const heard = workers.filter((peer) => admission.hasAnswered(peer))
      yield { step: t, gradient: undefined, model: undefined, heard, times, taken, judged }
    }

    // The trained model, for the workers to keep.
    mesh.advance(steps + 1)
    await sayModel(mesh, steps + 1, await compute(learner.parameters()))
  } finally {
    await answers.return()
  }
}

interface Update {
  readonly t: Step
  readonly place: Place
  readonly workers: readonly PeerId[]
  readonly options: KardamOptions
}

/** Judges what comes until the update has its gradients. */
async function admitted(
  answers: AsyncGenerator<Answer, void>,
  admission: Admission,
  { t, place, workers, options }: Update,
): Promise<Pick<KardamReport, 'taken' | 'judged'>> {
  const { onProgress, signal } = options
  const taken: Weighed[] = []
  const judged: KardamReport['judged'][number][] = []
  admission.begin()
  while (!admission.isFull) {
    const waitingFor = onProgress ? workers.filter((peer) => !admission.hasAnswered(peer)) : []
    onProgress?.({ step: t, doing: 'exchange', phase: 'gradient', waitingFor, stalled: false })
    const answer = await nextOf(answers, signal)
    const { verdict, taken: now } = admission.judge(answer, place)
    judged.push({ worker: answer.worker, step: answer.step, verdict })
    for (const { worker, step, gradient, isEscape } of now)
      taken.push({ worker, step, isEscape, weight: dampened(options, t - step), vector: gradient })
  }
  return { taken, judged }
}

/**
 * The workers' gradients at models that are kept, in order of arrival. Later than the window is nobody's fault; sooner than the
 * model cannot be honest, since only the server says models.
 */
async function* answersOf(
  mesh: Mesh,
  workers: readonly PeerId[],
  models: ReadonlyMap<Step, Float32Array>,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<Answer, void, undefined> {
  const { phase, kind, hop } = gradientTag(0)
  const isWorker = new Set(workers)
  for await (const delivery of mesh.listen({ phase, kind, hop }, { signal })) {
    const { from: worker, tag, payload } = delivery
    const { step } = tag
    const blame = (kind: FaultKind) => mesh.blame({ peer: worker, kind, tag })
    const model = models.get(step)
    if (!isWorker.has(worker)) blame('AGREEMENT_WRONG_ROLE')
    else if (step > Math.max(...models.keys())) blame('AGREEMENT_UNSAID_MODEL')
    else if (model !== undefined) {
      const decoded = f32(model.length).decode(payload)
      // A copy: coefficients outlive the window.
      if ('value' in decoded) yield { worker, step, model, gradient: decoded.value.slice() }
      else blame(decoded.fault)
    }
  }
}

async function nextOf(answers: AsyncGenerator<Answer, void>, signal: AbortSignal): Promise<Answer> {
  const { value } = await answers.next()
  if (value !== undefined) return value
  signal.throwIfAborted()
  throw new DOMException('nobody is listened to any more', 'AbortError')
}
