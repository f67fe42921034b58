/**
 * Gathering: what some members say under one tag, as a wait policy has it. The half of an exchange that listens; a server
 * gathers its workers' vectors with it, and says none of its own.
 */
import { abortable, scoped } from '../util/signal.ts'
import type { Attendance } from './attendance.ts'
import type { Milliseconds } from './clock.ts'
import type { Codec } from './codec.ts'
import type { Delivery, Mesh, PeerId } from './mesh.ts'
import type { Tag } from './tag.ts'

export type Wait =
  | { readonly policy: 'quorum' }
  | { readonly policy: 'everyone'; readonly deadlineMs: Milliseconds }
  | { readonly policy: 'synchronous'; readonly deadlineMs: Milliseconds; readonly attendance: Attendance }

export interface CollectOptions<T> {
  /** Whose vectors: others that say something under the tag are blamed. In the order of the members. */
  readonly from: readonly PeerId[]
  readonly codec: Codec<T>
  readonly wait: Wait
  /** Vectors without which it does not end: n - f, or more where the rule needs it. */
  readonly least: number
  /** Told whenever the set of members that are waited for changes, and when the deadline is over without `least`. */
  readonly onWaiting?: (waitingFor: readonly PeerId[], stalled: boolean) => void
  readonly signal: AbortSignal
}

export interface Gathered<T> {
  /** What came in, in the order of the members, which is by peer id: the order that rules are given. */
  readonly heard: readonly { readonly peer: PeerId; readonly value: T }[]
  /** Members that are absent: silent, late or refused. In the same order. */
  readonly missing: readonly PeerId[]
  /** Those of them who said what no honest member says. In the same order. */
  readonly refused: readonly PeerId[]
}

/** Rejects when `signal` aborts. */
export async function collect<T>(
  mesh: Mesh,
  tag: Tag,
  { from: members, codec, wait, least, onWaiting, signal: parent }: CollectOptions<T>,
): Promise<Gathered<T>> {
  const heard = new Map<PeerId, T>()
  const refused = new Set<PeerId>()
  let present: ReadonlySet<PeerId> | undefined
  let isLate = false

  const isMeant = meant(mesh, members)
  const isWaitedFor = (peer: PeerId) => {
    if (heard.has(peer) || refused.has(peer)) return false
    if (wait.policy !== 'synchronous') return true
    return (present === undefined || present.has(peer)) && wait.attendance.isWaitedFor(peer)
  }
  const waitingFor = () => members.filter(isWaitedFor)
  /** No member before this position is waited for: so n deliveries look at n members, not at n * n. */
  let settled = 0
  const isEnough = () => {
    if (heard.size < least) return false
    if (wait.policy === 'quorum' || isLate) return true
    while (settled < members.length && !isWaitedFor(members[settled] ?? '')) settled += 1
    return settled === members.length
  }
  const judge = ({ from, payload }: Delivery) => {
    if (!isMeant(from)) return mesh.blame({ peer: from, kind: 'AGREEMENT_WRONG_ROLE', tag })
    const decoded = codec.decode(payload)
    if ('value' in decoded) heard.set(from, decoded.value)
    else {
      refused.add(from)
      mesh.blame({ peer: from, kind: decoded.fault, tag })
    }
  }

  await scoped(parent, async (signal) => {
    const { promise: enough, resolve, reject } = Promise.withResolvers<void>()
    let isOver = false
    /** Looks whether what happened is enough. Nothing is taken in once it is. */
    const look = () => {
      isOver = isEnough()
      if (isOver) resolve()
      else onWaiting?.(waitingFor(), isLate && heard.size < least)
    }
    const deliveries = async () => {
      for await (const delivery of mesh.listen(tag, { signal })) {
        if (isOver) return
        judge(delivery)
        look()
      }
    }
    const presence = async () => {
      for await (const now of mesh.presence({ signal })) {
        if (isOver) return
        present = now
        settled = 0
        look()
      }
    }
    const deadline = async (ms: Milliseconds) => {
      await mesh.clock.sleep(ms / 2, { signal })
      if (!signal.aborted) askDirectly(mesh, tag, waitingFor(), signal)
      await mesh.clock.sleep(ms / 2, { signal })
      if (signal.aborted) return
      isLate = true
      look()
    }
    for (const source of [
      deliveries(),
      presence(),
      'deadlineMs' in wait ? deadline(wait.deadlineMs) : undefined,
    ])
      source?.catch(reject)
    await abortable(enough, signal)
  })

  if (wait.policy === 'synchronous')
    for (const peer of members) {
      if (heard.has(peer)) wait.attendance.heard(peer)
      else if (!refused.has(peer)) wait.attendance.missed(peer)
    }
  return {
    heard: members.flatMap((peer) => {
      const value = heard.get(peer)
      return value === undefined ? [] : [{ peer, value }]
    }),
    missing: members.filter((peer) => !heard.has(peer)),
    refused: members.filter((peer) => refused.has(peer)),
  }
}

/** All members are mostly meant, and then nothing need be looked up. */
function meant(mesh: Mesh, peers: readonly PeerId[]): (peer: PeerId) => boolean {
  if (peers.length === mesh.members.length) return () => true
  const set = new Set(peers)
  return (peer) => set.has(peer)
}

/** Gossip loses what was said while a peer was away: before the deadline, who is missing is asked itself. */
function askDirectly(mesh: Mesh, tag: Tag, peers: readonly PeerId[], signal: AbortSignal): void {
  // An answer counts as heard, so it comes by `listen`; that there is none is what the gathering itself finds out.
  for (const peer of peers) mesh.ask(peer, tag, { signal }).catch(() => {})
}
