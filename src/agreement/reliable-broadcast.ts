/**
 * Reliable broadcast of everybody's payload to everybody, by digest (Bracha, "Asynchronous Byzantine agreement protocols",
 * Information and Computation 1987).
 *
 * Assumes: n >= 3f+1 members, at most f of which lie; nothing of timing.
 * Guarantees, for each origin:
 *   validity: what an honest origin says is delivered by every honest member.
 *   agreement: no two honest members deliver different payloads of it.
 *   totality: if one honest member delivers a payload, every honest one does.
 * How, for each origin, whose payload has the digest D (of the tag, the origin and the payload):
 *   1. the origin says its payload to all, once
 *   2. who hears the first payload of it says ECHO(D)
 *   3. who hears floor((n+f)/2)+1 ECHO(D), or f+1 READY(D), says READY(D)
 *   4. who hears 2f+1 READY(D) delivers the payload with that digest, and asks for it where it has another one or none
 * Why: two sets of floor((n+f)/2)+1 share an honest member, which echoes once, so READY is said of one digest only; f+1
 *   READY include an honest one; 2f+1 READY include f+1 honest ones, which bring everybody else to say it too. Every echo of
 *   an honest member is said by one who has the payload, so at least f+1 of those can serve it.
 * The mesh counts the first word of each member alone (mesh/mesh.ts, duty 2), so nobody echoes twice.
 */
import type { Codec } from '../mesh/codec.ts'
import type { Delivery, Mesh, PeerId } from '../mesh/mesh.ts'
import { formatTag, type Tag } from '../mesh/tag.ts'
import { Channel, untilAborted } from '../util/channel.ts'
import { fromHex, sha256, toHex } from '../util/digest.ts'
import { mapped, merge } from '../util/merge.ts'
import { scoped } from '../util/signal.ts'
import { fetchCopy, offerCopy } from './copies.ts'

export interface Delivered<T> {
  readonly origin: PeerId
  readonly value: T
}

export interface ReliableBroadcastOptions<T> {
  readonly codec: Codec<T>
  readonly f: number
  /** Told of each origin's payload, once. */
  readonly onDelivered: (delivered: Delivered<T>) => void
  /** Ends this member's part. While others may still need its word it should go on. */
  readonly signal: AbortSignal
}

/** How many words of one digest it takes: to be ready, to be ready because others are, and to deliver. */
export function thresholds(n: number, f: number) {
  return { echoes: Math.floor((n + f) / 2) + 1, amplify: f + 1, decide: 2 * f + 1 }
}

/** What is known of one origin's broadcast. Forgotten as soon as it is delivered. */
interface Instance {
  /** The payload that came from the origin, and its digest. */
  heard: { readonly digest: string; readonly payload: Uint8Array } | undefined
  readonly echoes: Votes
  readonly readies: Votes
  isReady: boolean
  /** The digest whose payload is to be delivered. */
  decided: string | undefined
}

/** Who said so, by digest. */
type Votes = Map<string, Set<PeerId>>

type Happening = { readonly delivery: Delivery } | { readonly origin: PeerId; readonly copy: Uint8Array }

/** Says `mine` under `tag`, takes part in the broadcasts of all, and ends when all are delivered or `signal` aborts. */
export async function reliableBroadcast<T>(
  mesh: Mesh,
  tag: Tag,
  mine: T,
  { codec, f, onDelivered, signal: parent }: ReliableBroadcastOptions<T>,
): Promise<void> {
  const { echoes, amplify, decide } = thresholds(mesh.members.length, f)
  const open = new Map(mesh.members.map(({ peer }) => [peer, newInstance()]))
  const copies = new Channel<Happening>()

  await scoped(parent, async (signal) => {
    const { step, phase, hop } = tag
    const say = (kind: 'echo' | 'ready', origin: PeerId, digest: string) =>
      mesh.publish({ step, phase, kind, hop, origin }, fromHex(digest))

    const fetch = (origin: PeerId, digest: string, { heard, echoes }: Instance) => {
      const isIt = (payload: Uint8Array) => digestOf(tag, origin, payload) === digest
      const holders = echoes.get(digest) ?? new Set()
      fetchCopy(mesh, { ...tag, origin }, { holders, isIt, isUrgent: heard !== undefined, signal }).then(
        (copy) => copies.push({ origin, copy }),
        () => {}, // called off
      )
    }

    const deliver = (origin: PeerId, payload: Uint8Array) => {
      open.delete(origin)
      offerCopy(mesh, { ...tag, origin }, payload)
      const decoded = codec.decode(payload)
      if ('value' in decoded) onDelivered({ origin, value: decoded.value })
    }

    const judge = async ({ from, tag: said, payload }: Delivery) => {
      const origin = said.kind === tag.kind ? from : said.origin
      const instance = origin === undefined ? undefined : open.get(origin)
      if (origin === undefined || instance === undefined) return

      // 2. The first payload of the origin, if it is one.
      if (said.kind === tag.kind) {
        const decoded = codec.decode(payload)
        if ('fault' in decoded) return mesh.blame({ peer: from, kind: decoded.fault, tag })
        const digest = digestOf(tag, origin, payload)
        instance.heard = { digest, payload }
        offerCopy(mesh, { ...tag, origin }, payload)
        await say('echo', origin, digest)
      }
      if (said.kind === 'echo') vote(instance.echoes, toHex(payload), from)
      if (said.kind === 'ready') vote(instance.readies, toHex(payload), from)

      // 3. Ready, once.
      const { heard, isReady, decided } = instance
      const digest = said.kind === tag.kind ? decided : toHex(payload)
      if (digest === undefined) return
      const isSupported =
        votes(instance.echoes, digest) >= echoes || votes(instance.readies, digest) >= amplify
      if (!isReady && isSupported) {
        instance.isReady = true
        await say('ready', origin, digest)
      }

      // 4. Decided; delivered as soon as the payload is here.
      if (votes(instance.readies, digest) < decide) return
      instance.decided = digest
      if (heard?.digest === digest) deliver(origin, heard.payload)
      else if (decided === undefined) fetch(origin, digest, instance)
    }

    // 1. Mine to all.
    await mesh.publish(tag, codec.encode(mine))
    const deliveries = mesh.listen({ step, phase, hop }, { signal })
    const happenings = merge<Happening>(
      [mapped(deliveries, (delivery) => ({ delivery })), untilAborted(copies, signal, () => {})],
      signal,
    )
    for await (const happening of happenings) {
      if ('delivery' in happening) await judge(happening.delivery)
      else if (open.has(happening.origin)) deliver(happening.origin, happening.copy)
      if (open.size === 0) return
    }
  })
}

function newInstance(): Instance {
  return { heard: undefined, echoes: new Map(), readies: new Map(), isReady: false, decided: undefined }
}

function vote(votes: Votes, digest: string, from: PeerId): void {
  votes.set(digest, (votes.get(digest) ?? new Set()).add(from))
}

function votes(votes: Votes, digest: string): number {
  return votes.get(digest)?.size ?? 0
}

/** The digest that members echo: bound to the instance, so that no payload stands for that of another step, phase, hop or origin. */
export function digestOf(tag: Tag, origin: PeerId, payload: Uint8Array): string {
  return toHex(sha256(`${formatTag({ ...tag, origin })}\n`, payload))
}
