/**
 * A worker's next model from one server, which need not be trusted.
 *
 * How, for one server after the other, f_s + 1 at most:
 *   1. ask for its model
 *   2. take it if it passes the filters, and what f_s + 1 servers say alike all the same
 *   and where nothing was taken:
 *   3. ask the others too, and take contract(models) of at least servers - f_s
 * Why f_s + 1: one of so many servers is honest. Why there is a third: the Lipschitz filter rejects f_s in `servers` of what is
 *   honest, and what honest servers say differs so little that it is rejected together.
 */
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import { combineVectors } from '../byzsgd/gather-vectors.ts'
import type { ReplicatedOptions } from '../byzsgd/options.ts'
import type { StepTimer } from '../byzsgd/step-timer.ts'
import type { AgreementReport } from '../protocol.ts'
import { modelTag } from '../tags.ts'
import { type AskOneOptions, askAll, askOne } from './ask-servers.ts'
import { areEqual } from './distance.ts'
import { type FilterOptions, judge, type OwnStep, type Verdict } from './filters.ts'
import type { Origin, Rejection } from './report.ts'

export interface PullOptions extends FilterOptions, AskOneOptions, ReplicatedOptions {
  readonly timer: StepTimer
  /** In the order of the members. */
  readonly servers: readonly PeerId[]
  /** Which of the workers this one is: the server that it asks first is another at each step. */
  readonly turn: number
}

export interface Pulled {
  readonly theta: Float32Array
  /** At theta, of the batch of the next step, where it was computed. */
  readonly gradient?: Float32Array | undefined
  readonly origin: Origin
  readonly rejections: readonly Rejection[]
  /** Where theta was made of the models of all. */
  readonly model?: AgreementReport
}

interface Judged extends Verdict {
  readonly theta: Float32Array
}

export async function pullModel(mesh: Mesh, own: OwnStep, options: PullOptions): Promise<Pulled> {
  const { timer, servers, serverF, contract, combine, onProgress } = options
  const tag = modelTag(own.step + 1)
  const place = { step: own.step, phase: 'model' }
  const rejections: Rejection[] = []
  const seen = new Map<PeerId, Judged>()

  for (const server of inTurn(own.step, options).slice(0, serverF + 1)) {
    // 1. One server's model.
    onProgress?.({ ...place, doing: 'exchange', waitingFor: [server], stalled: false })
    const theta = await timer.exchange(() => askOne(mesh, server, tag, options))
    if (theta === undefined) {
      rejections.push('silent')
      continue
    }

    // 2. The filters, and what is said alike.
    const alike = [...seen.values()].filter((other) => areEqual(other.theta, theta))
    const judged = { ...(alike[0] ?? (await judge(theta, own, options))), theta }
    const { gradient, rejection } = judged
    if (rejection === undefined) return { theta, gradient, origin: 'one', rejections }
    if (alike.length === serverF) return { theta, gradient, origin: 'alike', rejections }
    rejections.push(rejection)
    seen.set(server, judged)
  }

  // 3. The models of all, one of them.
  const known = new Map([...seen].map(([server, { theta }]) => [server, theta]))
  const least = servers.length - serverF
  onProgress?.({ ...place, doing: 'exchange', waitingFor: servers, stalled: false })
  const models = await timer.exchange(() => askAll(mesh, tag, { ...options, known, least }))
  const combining = { rule: contract, f: serverF, before: own.guess, combine, onProgress }
  const model = await timer.rule(() => combineVectors(mesh, tag, models, combining))
  return { theta: model.after, origin: 'all', rejections, model }
}

/** Round robin; those that were silent too often are asked last. */
function inTurn(step: Step, { servers, turn, attendance }: PullOptions): PeerId[] {
  const order = servers.map((_, i) => servers[(step + turn + i) % servers.length] ?? '')
  const isAwake = (server: PeerId) => attendance.isWaitedFor(server)
  return [...order.filter(isAwake), ...order.filter((server) => !isAwake(server))]
}
