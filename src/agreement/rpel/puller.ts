/**
 * Pulling: asking some members for what they keep under a tag, until a deadline. What `collect` is for what is said
 * (mesh/collect.ts), with two differences. It ends at the deadline whatever has come, because those that were drawn may all be
 * silent. And a question is left open when its deadline is over, so that who answers late is told from who is silent.
 */
import type { Attendance } from '../../mesh/attendance.ts'
import type { Milliseconds } from '../../mesh/clock.ts'
import type { Codec } from '../../mesh/codec.ts'
import type { Gathered } from '../../mesh/collect.ts'
import type { Mesh, PeerId } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import { abortable, scoped } from '../../util/signal.ts'
import { LateOrSilent } from '../late-or-silent.ts'

export interface PullerOptions<T> {
  readonly codec: Codec<T>
  readonly deadlineMs: Milliseconds
  /** Those that were silent too often are asked, but not waited for, once `least` have answered. */
  readonly attendance: Attendance
  readonly signal: AbortSignal
}

export interface PullOptions {
  /** Whom to ask. In the order of the members. */
  readonly from: readonly PeerId[]
  readonly least: number
  /** Told whenever the set of members that are waited for changes. */
  readonly onWaiting?: (waitingFor: readonly PeerId[], stalled: boolean) => void
  /** Ends questions that nobody answers. */
  readonly forgetting: AbortSignal
}

export class Puller<T> {
  readonly #mesh: Mesh
  readonly #options: PullerOptions<T>
  readonly #attendance: LateOrSilent

  constructor(mesh: Mesh, options: PullerOptions<T>) {
    this.#mesh = mesh
    this.#options = options
    this.#attendance = new LateOrSilent(options.attendance)
  }

  /** Rejects when the signal aborts. */
  async pull(tag: Tag, { from, least, onWaiting, forgetting }: PullOptions): Promise<Gathered<T>> {
    const mesh = this.#mesh
    const attendance = this.#attendance
    const { codec, deadlineMs, signal: parent } = this.#options
    const heard = new Map<PeerId, T>()
    const refused = new Set<PeerId>()
    let present: ReadonlySet<PeerId> | undefined
    let isOver = false

    const isUnanswered = (peer: PeerId) => !heard.has(peer) && !refused.has(peer)
    const isWaitedFor = (peer: PeerId) =>
      heard.size < least || ((present === undefined || present.has(peer)) && attendance.isWaitedFor(peer))
    const { promise: enough, resolve, reject } = Promise.withResolvers<void>()
    const look = () => {
      const missing = from.filter((peer) => isUnanswered(peer) && isWaitedFor(peer))
      if (missing.length === 0) resolve()
      else onWaiting?.(missing, false)
    }
    const question = async (peer: PeerId) => {
      const payload = await mesh.ask(peer, tag, { signal: forgetting })
      attendance.spoke(peer)
      if (isOver) return
      const decoded = codec.decode(payload)
      if ('value' in decoded) heard.set(peer, decoded.value)
      else {
        refused.add(peer)
        mesh.blame({ peer, kind: decoded.fault, tag })
      }
      look()
    }
    await scoped(parent, async (signal) => {
      const presence = async () => {
        for await (const now of mesh.presence({ signal })) {
          if (signal.aborted) return
          present = now
          look()
        }
      }
      // A question that fails is one that is not answered.
      for (const peer of from) question(peer).catch(() => {})
      presence().catch(reject)
      mesh.clock.sleep(deadlineMs, { signal }).then(resolve, reject)
      await abortable(enough, signal)
    })
    isOver = true

    for (const peer of from) {
      if (heard.has(peer)) attendance.heard(peer)
      else if (!refused.has(peer)) attendance.missed(peer)
    }
    return {
      heard: from.flatMap((peer) => {
        const value = heard.get(peer)
        return value === undefined ? [] : [{ peer, value }]
      }),
      missing: from.filter((peer) => !heard.has(peer)),
      refused: from.filter((peer) => refused.has(peer)),
    }
  }
}
