/**
 * Who is in: a worker's vector counts once both servers have their half of it. The second server says of each half that it
 * has come, the first has the deadline, so that there is one decision and both servers hold what was decided on.
 */
import type { Attendance } from '../../mesh/attendance.ts'
import type { Milliseconds } from '../../mesh/clock.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import { merge } from '../../util/merge.ts'
import { abortable, scoped } from '../../util/signal.ts'
import type { Conversation } from './conversation.ts'

/** How the first server waits for workers. */
export interface TwoServerWait {
  /** Counted from when it begins to wait; covers a worker's computation and two ways. */
  readonly deadlineMs: Milliseconds
  readonly attendance: Attendance
}

export interface HalvesOptions extends TwoServerWait {
  /** Those who may be in. */
  readonly of: readonly PeerId[]
  /** With fewer it does not end, deadline or not. */
  readonly least: number
  readonly onWaiting?: (waitingFor: readonly PeerId[], stalled: boolean) => void
}

/** At the first server: the seeds of those of whom both halves are here. Ends when it is all, or the deadline is over. */
export async function bothHalves(
  talk: Conversation,
  phase: 'share' | 'check',
  { of, least, deadlineMs, attendance, onWaiting }: HalvesOptions,
): Promise<ReadonlyMap<PeerId, Uint8Array>> {
  const { mesh, cast, signal: parent } = talk.stage
  const seeds = new Map<PeerId, Uint8Array>()
  const here = new Set<PeerId>()
  let present: ReadonlySet<PeerId> = new Set(of)
  let isLate = false
  const isIn = (peer: PeerId) => seeds.has(peer) && here.has(peer)
  const inOrder = () => of.filter(isIn)
  const waitingFor = () =>
    of.filter((peer) => !isIn(peer) && present.has(peer) && attendance.isWaitedFor(peer))

  await scoped(parent, async (signal) => {
    const { promise: enough, resolve, reject } = Promise.withResolvers<void>()
    const look = () => {
      const count = inOrder().length
      if (count >= least && (isLate || waitingFor().length === 0)) resolve()
      else onWaiting?.(waitingFor(), isLate)
    }
    const deliveries = async () => {
      const kinds = ['seed', 'have'].map((kind) =>
        mesh.listen({ step: talk.step, phase, kind, hop: 0 }, { signal }),
      )
      for await (const { from, tag, payload } of merge(kinds, signal)) {
        const worker = tag.kind === 'seed' ? from : cast.workers[tag.part ?? 0]
        const isMeant = tag.kind === 'seed' ? cast.workers.includes(from) : from === cast.second
        if (!isMeant || worker === undefined) {
          mesh.blame({ peer: from, kind: 'AGREEMENT_WRONG_ROLE', tag })
          continue
        }
        if (tag.kind === 'seed') seeds.set(worker, payload)
        else here.add(worker)
        look()
      }
    }
    const presence = async () => {
      for await (const now of mesh.presence({ signal })) {
        present = now
        look()
      }
    }
    const deadline = async () => {
      await mesh.clock.sleep(deadlineMs, { signal })
      if (signal.aborted) return
      isLate = true
      look()
    }
    for (const source of [deliveries(), presence(), deadline()]) source.catch(reject)
    await abortable(enough, signal)
  })
  for (const peer of of) isIn(peer) ? attendance.heard(peer) : attendance.missed(peer)
  return new Map(inOrder().map((peer) => [peer, seeds.get(peer) as Uint8Array]))
}

/** At the second server, until `signal` aborts: keeps the halves of workers in `kept`, and says of each that it is here. */
export async function keepHalves(
  talk: Conversation,
  phase: 'share' | 'check',
  kept: Map<PeerId, Uint8Array>,
  signal: AbortSignal,
): Promise<never> {
  const { mesh, cast } = talk.stage
  const tag = talk.tag(phase, 'rest')
  for await (const { from, payload } of mesh.listen(tag, { signal })) {
    const worker = cast.workers.indexOf(from)
    if (worker < 0) mesh.blame({ peer: from, kind: 'AGREEMENT_WRONG_ROLE', tag })
    else {
      kept.set(from, payload)
      await talk.say(talk.tag(phase, 'have', worker), Uint8Array.of(1), cast.first)
    }
  }
  throw signal.reason
}
