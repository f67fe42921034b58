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
import { BroadcastInstance, thresholds, type Word } from './broadcast-instance.ts'
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

type Happening = { readonly delivery: Delivery } | { readonly origin: PeerId; readonly copy: Uint8Array }

/** Says `mine` under `tag`, takes part in the broadcasts of all, and ends when all are delivered or `signal` aborts. */
export async function reliableBroadcast<T>(
  mesh: Mesh,
  tag: Tag,
  mine: T,
  { codec, f, onDelivered, signal: parent }: ReliableBroadcastOptions<T>,
): Promise<void> {
  const limits = thresholds(mesh.members.length, f)
  const open = new Map(mesh.members.map(({ peer }) => [peer, new BroadcastInstance(limits)]))
  const copies = new Channel<Happening>()
  const { step, phase, hop } = tag
  const say = (kind: Word, origin: PeerId, digest: string) =>
    mesh.publish({ step, phase, kind, hop, origin }, fromHex(digest))

  const deliver = (origin: PeerId, payload: Uint8Array) => {
    open.delete(origin)
    offerCopy(mesh, { ...tag, origin }, payload)
    const decoded = codec.decode(payload)
    if ('value' in decoded) onDelivered({ origin, value: decoded.value })
  }

  /** 2. The origin's payload, if it is one. */
  const hear = async (origin: PeerId, instance: BroadcastInstance, payload: Uint8Array) => {
    const decoded = codec.decode(payload)
    if ('fault' in decoded) return mesh.blame({ peer: origin, kind: decoded.fault, tag })
    const digest = digestOf(tag, origin, payload)
    instance.hear({ digest, payload })
    offerCopy(mesh, { ...tag, origin }, payload)
    await say('echo', origin, digest)
  }

  const judge = async ({ from, tag: said, payload }: Delivery, signal: AbortSignal) => {
    const origin = said.kind === tag.kind ? from : said.origin
    const instance = origin === undefined ? undefined : open.get(origin)
    if (origin === undefined || instance === undefined) return
    if (said.kind === tag.kind) await hear(origin, instance, payload)
    if (said.kind === 'echo' || said.kind === 'ready') {
      const digest = toHex(payload)
      instance.count(said.kind, digest, from)
      // 3. Ready, once.
      if (instance.takeReady(digest)) await say('ready', origin, digest)
    }
    // 4. Decided, and delivered as soon as the payload is here.
    if (instance.payload !== undefined) return deliver(origin, instance.payload)
    const missing = instance.takeMissing()
    if (missing === undefined) return
    const isIt = (copy: Uint8Array) => digestOf(tag, origin, copy) === missing.digest
    fetchCopy(mesh, { ...tag, origin }, { ...missing, isIt, signal }).then(
      (copy) => copies.push({ origin, copy }),
      () => {}, // called off
    )
  }

  await scoped(parent, async (signal) => {
    // 1. Mine to all.
    await mesh.publish(tag, codec.encode(mine))
    const deliveries = mapped(mesh.listen({ step, phase, hop }, { signal }), (delivery) => ({ delivery }))
    const happenings = merge<Happening>([deliveries, untilAborted(copies, signal, () => {})], signal)
    for await (const happening of happenings) {
      if ('delivery' in happening) await judge(happening.delivery, signal)
      else if (open.has(happening.origin)) deliver(happening.origin, happening.copy)
      if (open.size === 0) return
    }
  })
}

/** The digest that members echo: bound to the instance, so that no payload stands for that of another step, phase, hop or origin. */
export function digestOf(tag: Tag, origin: PeerId, payload: Uint8Array): string {
  return toHex(sha256(`${formatTag({ ...tag, origin })}\n`, payload))
}
