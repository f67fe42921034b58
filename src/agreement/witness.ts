/**
 * An exchange over reliable broadcast, with witnesses (Abraham, Amit, Dolev, "Optimal resilience asynchronous approximate
 * agreement", OPODIS 2004).
 *
 * Assumes: n >= 3f+1 members, at most f of which lie; nothing of timing.
 * Guarantees: it ends at every honest member; any two of them share the values of at least n - f origins, and whatever both
 *   have of one origin is the same.
 * How:
 *   1. broadcast my value reliably, and take part in the broadcasts of the others (reliable-broadcast.ts)
 *   2. once n - f origins are delivered, say to all which they are: a report
 *   3. a member is a witness once all that it reported are delivered here too
 *   4. once n - f members are witnesses, take everything that is delivered
 * Why: two sets of n - f witnesses share n - 2f >= f+1 members, one of them honest: the n - f origins that it reported are in
 *   both results. It ends because the broadcasts and reports of n - f honest members reach everybody.
 * A member that has its result goes on taking part in the broadcasts until all are delivered or `helping` aborts: the slower
 *   ones need its words.
 */
import type { Codec } from '../mesh/codec.ts'
import type { ExchangeOptions, Gathered } from '../mesh/exchange.ts'
import type { Delivery, Mesh, PeerId } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import { Channel, untilAborted } from '../util/channel.ts'
import { mapped, merge } from '../util/merge.ts'
import { scoped } from '../util/signal.ts'
import { type Delivered, reliableBroadcast } from './reliable-broadcast.ts'

export interface WitnessedOptions<T> {
  readonly codec: Codec<T>
  readonly f: number
  /** Told whose value is not delivered yet. There is no deadline, so it is never stalled. */
  readonly onWaiting?: ExchangeOptions<T>['onWaiting']
  /** Ends what this member does for others after its exchange is over. */
  readonly helping: AbortSignal
  readonly signal: AbortSignal
}

type Happening<T> =
  | { readonly delivered: Delivered<T> }
  | { readonly report: Delivery }
  | { readonly error: unknown }

export async function witnessedExchange<T>(
  mesh: Mesh,
  tag: Tag,
  mine: T,
  { codec, f, onWaiting, helping, signal: parent }: WitnessedOptions<T>,
): Promise<Gathered<T>> {
  const members = mesh.members.map(({ peer }) => peer)
  const least = members.length - f
  const values = new Map<PeerId, T>()
  const reports = new Map<PeerId, readonly PeerId[]>()
  const absent = () => members.filter((peer) => !values.has(peer)).sort()

  await scoped(parent, async (signal) => {
    // 1. Mine and theirs, beyond this exchange's own end.
    const broadcasts = new Channel<Happening<T>>()
    reliableBroadcast(mesh, tag, mine, {
      codec,
      f,
      onDelivered: (delivered) => broadcasts.push({ delivered }),
      signal: helping,
    }).catch((error: unknown) => broadcasts.push({ error }))
    const reportTag: Tag = { step: tag.step, phase: tag.phase, kind: 'report', hop: tag.hop }
    const happenings = merge<Happening<T>>(
      [
        untilAborted(broadcasts, signal, () => {}),
        mapped(mesh.listen(reportTag, { signal }), (report) => ({ report })),
      ],
      signal,
    )
    for await (const happening of happenings) {
      if ('error' in happening) throw happening.error
      if ('report' in happening) {
        const { from, payload } = happening.report
        const named = decodeReport(payload, members)
        if (named.length >= least) reports.set(from, named)
        else mesh.blame({ peer: from, kind: 'AGREEMENT_BAD_REPORT', tag: reportTag })
      } else {
        values.set(happening.delivered.origin, happening.delivered.value)
        onWaiting?.(absent(), false)
        // 2. What I have, as soon as it is enough.
        if (values.size === least)
          await mesh.publish(reportTag, encodeReport(new Set(values.keys()), members))
      }
      // 3. Who is a witness. 4. Enough of them.
      const witnesses = [...reports.values()].filter((named) => named.every((peer) => values.has(peer)))
      if (witnesses.length >= least) return
    }
    parent.throwIfAborted()
  })
  return {
    heard: [...values].map(([peer, value]) => ({ peer, value })).sort((a, b) => (a.peer < b.peer ? -1 : 1)),
    missing: absent(),
    refused: [],
  }
}

/** Bytes of a report: one bit a member, in the members' order, from the lowest bit of the first byte. */
export function reportBytes(n: number): number {
  return Math.ceil(n / 8)
}

export function encodeReport(named: ReadonlySet<PeerId>, members: readonly PeerId[]): Uint8Array {
  const report = new Uint8Array(reportBytes(members.length))
  for (const [i, peer] of members.entries())
    if (named.has(peer)) report[i >> 3] = (report[i >> 3] ?? 0) | (1 << (i & 7))
  return report
}

/** The members that a report names; bits beyond the last member mean nothing. */
export function decodeReport(report: Uint8Array, members: readonly PeerId[]): readonly PeerId[] {
  return members.filter((_, i) => ((report[i >> 3] ?? 0) & (1 << (i & 7))) !== 0)
}
