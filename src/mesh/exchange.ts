/**
 * The exchange: say mine, gather everybody's. Every protocol is made of these.
 *
 * Assumes: at most f of the n members lie or are silent for good.
 * Guarantees: it ends once `least` members (n - f) have said something that decodes, and under `synchronous` it holds
 *   every honest vector as long as the deadline covers compute, delay, one relay and skew.
 * How:
 *   `quorum`: exactly the first `least` vectors, this peer's own included. Any f honest members may be among the missed,
 *     so a rule must do with u = f late honest vectors.
 *   `everyone`: all n, connected or not, until the deadline; then at least `least`. For meeting before the start.
 *   `synchronous`: all members until the deadline, which is counted from this peer's own start; then what is there, but at
 *     least `least`. Not waited for: who is disconnected, and who missed the deadline too often (attendance.ts).
 * Why it is safe to leave early when all are in: whatever lets one member leave is passed on to the others by the mesh, so
 *   that they start at most one relay later (docs/PROOFS.md 6). A liar that speaks to one member only gains no
 *   more than the delay of that relay.
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

export interface ExchangeOptions<T> {
  readonly codec: Codec<T>
  readonly wait: Wait
  /** Vectors without which the exchange does not end: n - f, or more where the rule needs it. */
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

export async function exchange<T>(
  mesh: Mesh,
  tag: Tag,
  mine: T,
  { codec, wait, least, onWaiting, signal: parent }: ExchangeOptions<T>,
): Promise<Gathered<T>> {
  const members = mesh.members.map(({ peer }) => peer)
  const heard = new Map<PeerId, T>()
  const refused = new Set<PeerId>()
  let present: ReadonlySet<PeerId> | undefined
  let isLate = false

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
    const decoded = codec.decode(payload)
    if ('value' in decoded) heard.set(from, decoded.value)
    else {
      refused.add(from)
      mesh.blame({ peer: from, kind: decoded.fault, tag })
    }
  }

  await scoped(parent, async (signal) => {
    await mesh.publish(tag, codec.encode(mine))
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

/** Gossip loses what was said while a peer was away: before the deadline, who is missing is asked itself. */
function askDirectly(mesh: Mesh, tag: Tag, peers: readonly PeerId[], signal: AbortSignal): void {
  // An answer counts as heard, so it comes by `listen`; that there is none is what the exchange itself finds out.
  for (const peer of peers) mesh.ask(peer, tag, { signal }).catch(() => {})
}
