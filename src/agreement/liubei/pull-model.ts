/**
 * A worker's next model from one server, which need not be trusted.
 *
 * How, until f_s + 1 servers have answered:
 *   1. ask one after the other, the next at once where the filters reject, and besides where one is silent
 *   2. take the model that passes the filters, and what f_s + 1 servers say alike all the same
 *   and where nothing was taken:
 *   3. ask the others too, and take contract(models) of servers - f_s; or, if so many are not there in time, my own guess
 * Why f_s + 1: one of so many servers is honest. Why there is a third: the Lipschitz filter rejects f_s in `servers` of what is
 *   honest, and what honest servers say differs so little that it is rejected together. Why my own guess: no liar has a part in it,
 *   and honest servers that were left behind have no model of this step.
 */
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import { combineVectors } from '../byzsgd/gather-vectors.ts'
import type { ReplicatedOptions } from '../byzsgd/options.ts'
import type { StepTimer } from '../byzsgd/step-timer.ts'
import type { AgreementReport } from '../protocol.ts'
import { modelTag } from '../tags.ts'
import { Asking, type AskingOptions, askAll } from './ask-servers.ts'
import { areEqual } from './distance.ts'
import { type FilterOptions, judge, type OwnStep, type Verdict } from './filters.ts'
import type { LiubeiReport, Rejection } from './report.ts'

export interface PullOptions extends FilterOptions, AskingOptions, ReplicatedOptions {
  readonly timer: StepTimer
  /** In the order of the members. */
  readonly servers: readonly PeerId[]
  /** Which of the workers this one is: the server that it asks first is another at each step. */
  readonly turn: number
}

export interface Pulled extends Pick<LiubeiReport, 'origin' | 'asked' | 'rejections'> {
  readonly theta: Float32Array
  /** At theta, of the batch of the next step, where it was computed. */
  readonly gradient?: Float32Array | undefined
  /** Where theta was made of the models of all. */
  readonly model?: AgreementReport
}

interface Judged extends Verdict {
  readonly theta: Float32Array
}

export async function pullModel(mesh: Mesh, own: OwnStep, options: PullOptions): Promise<Pulled> {
  const { timer, servers, serverF, contract, combine, onProgress } = options
  const tag = modelTag(own.step + 1)
  onProgress?.({ step: own.step, phase: 'model', doing: 'exchange', waitingFor: servers, stalled: false })
  const rejections: Rejection[] = []
  const seen = new Map<PeerId, Judged>()
  const asking = new Asking(mesh, tag, inTurn(own.step, options), options)
  try {
    while (seen.size <= serverF) {
      // 1. A server's model.
      const answer = await timer.exchange(() => asking.next())
      if (answer === undefined) break
      const { server, theta } = answer
      if (theta === undefined) continue

      // 2. The filters, and what is said alike.
      const alike = [...seen.values()].filter((other) => areEqual(other.theta, theta))
      const judged = { ...(alike[0] ?? (await judge(theta, own, options))), theta }
      const { gradient, rejection } = judged
      const { asked } = asking
      if (rejection === undefined) return { theta, gradient, origin: 'one', asked, rejections }
      if (alike.length === serverF) return { theta, gradient, origin: 'alike', asked, rejections }
      rejections.push(rejection)
      seen.set(server, judged)
    }
  } finally {
    asking.close()
  }

  // 3. The models of all, one of them, or nobody's.
  const asked = servers.length
  const known = new Map([...seen].map(([server, { theta }]) => [server, theta]))
  const least = servers.length - serverF
  const models = await timer.exchange(() => askAll(mesh, tag, { ...options, known, least }))
  if (models.heard.length < least) return { theta: own.guess, origin: 'own', asked, rejections }
  const combining = { rule: contract, f: serverF, before: own.guess, combine, onProgress }
  const model = await timer.rule(() => combineVectors(mesh, tag, models, combining))
  return { theta: model.after, origin: 'all', asked, rejections, model }
}

/** Round robin; those that were silent too often are asked last. */
function inTurn(step: Step, { servers, turn, attendance }: PullOptions): PeerId[] {
  const order = servers.map((_, i) => servers[(step + turn + i) % servers.length] ?? '')
  const isAwake = (server: PeerId) => attendance.isWaitedFor(server)
  return [...order.filter(isAwake), ...order.filter((server) => !isAwake(server))]
}
