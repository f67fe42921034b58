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
import { mapped, merge } from '../util/merge.ts'
import { scoped } from '../util/signal.ts'
import type { Attendance } from './attendance.ts'
import type { Clock, Milliseconds } from './clock.ts'
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
  /** What came in, sorted by peer id: the order that rules are given. */
  readonly heard: readonly { readonly peer: PeerId; readonly value: T }[]
  /** Members that are absent: silent, late or refused. Sorted. */
  readonly missing: readonly PeerId[]
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
  let present: ReadonlySet<PeerId> = new Set(members)
  let isOver = false

  const waitingFor = () =>
    members.filter(
      (peer) =>
        !heard.has(peer) &&
        !refused.has(peer) &&
        (wait.policy !== 'synchronous' || (present.has(peer) && wait.attendance.isWaitedFor(peer))),
    )
  const isEnough = () => {
    if (heard.size < least) return false
    return wait.policy === 'quorum' || isOver || waitingFor().length === 0
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
    const happenings = merge<Happening>(
      [
        mapped(mesh.listen(tag, { signal }), (delivery) => ({ delivery })),
        mapped(mesh.presence({ signal }), (members) => ({ present: members })),
        'deadlineMs' in wait ? deadline(mesh.clock, wait.deadlineMs, signal) : nothing(),
      ],
      signal,
    )
    for await (const happening of happenings) {
      if ('delivery' in happening) judge(happening.delivery)
      else if ('present' in happening) present = happening.present
      else if (happening.time === 'half over') askDirectly(mesh, tag, waitingFor(), signal)
      else isOver = true
      if (isEnough()) return
      onWaiting?.(waitingFor(), isOver && heard.size < least)
    }
    parent.throwIfAborted()
  })

  if (wait.policy === 'synchronous')
    for (const peer of members) {
      if (heard.has(peer)) wait.attendance.heard(peer)
      else if (!refused.has(peer)) wait.attendance.missed(peer)
    }
  return {
    heard: [...heard].map(([peer, value]) => ({ peer, value })).sort((a, b) => (a.peer < b.peer ? -1 : 1)),
    missing: members.filter((peer) => !heard.has(peer)).sort(),
  }
}

type Happening =
  | { readonly delivery: Delivery }
  | { readonly present: ReadonlySet<PeerId> }
  | { readonly time: 'half over' | 'over' }

async function* deadline(
  clock: Clock,
  ms: Milliseconds,
  signal: AbortSignal,
): AsyncGenerator<Happening, void> {
  await clock.sleep(ms / 2, { signal })
  if (signal.aborted) return
  yield { time: 'half over' }
  await clock.sleep(ms / 2, { signal })
  if (!signal.aborted) yield { time: 'over' }
}

async function* nothing(): AsyncGenerator<Happening, void> {}

/** Gossip loses what was said while a peer was away: before the deadline, who is missing is asked itself. */
function askDirectly(mesh: Mesh, tag: Tag, peers: readonly PeerId[], signal: AbortSignal): void {
  // An answer counts as heard, so it comes by `listen`; that there is none is what the exchange itself finds out.
  for (const peer of peers) mesh.ask(peer, tag, { signal }).catch(() => {})
}
