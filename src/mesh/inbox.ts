/**
 * The inbox: what members said to this peer, the first of each (sender, tag), within the window of steps.
 *
 * A message comes in two parts. `claim` judges who says what and how long it is, before a byte of the payload is taken;
 * `deliver` hands over the payload of an accepted claim. Both meshes, libp2p and simulated, stand on this.
 *
 * Invariants:
 * 1. One claim per (sender, tag) is accepted; what is delivered is what was claimed.
 * 2. Only steps in [current - window, current + window] are held; `advance` forgets the rest.
 * 3. A sender holds at most `maxPendingPerPeer` claims and `maxPendingBytesPerPeer` claimed bytes.
 */
import { Channel, untilAborted } from '../util/channel.ts'
import type { FaultKind } from './fault.ts'
import type { Delivery, Describe, Description, PeerId, Step } from './mesh.ts'
import { covers, formatTag, type Tag, type TagPattern } from './tag.ts'

export interface InboxLimits {
  /** Steps behind and ahead of the current one that are held. */
  readonly window: number
  /** Claims a sender may hold at once. */
  readonly maxPendingPerPeer: number
  /** Bytes a sender may have claimed at once; a single payload that its tag allows always fits. */
  readonly maxPendingBytesPerPeer: number
}

export interface Claim {
  readonly from: PeerId
  readonly tag: Tag
  /** Equal for equal payloads and different for different ones: a digest, or a publication's number in the simulator. */
  readonly identity: string
  readonly byteLength: number
  /** `formatTag(tag)`, where the caller has it at hand. */
  readonly tagText?: string
  /** The signed announcement, kept as evidence; what came by datagram has none. */
  readonly proof?: Uint8Array
}

/** Two signed announcements of one peer under one tag that differ: anyone can check them. */
export interface Evidence {
  readonly peer: PeerId
  readonly tag: Tag
  readonly first: Claim
  readonly later: Claim
}

interface Account {
  claims: number
  bytes: number
}

interface Listener<D> {
  readonly pattern: TagPattern
  readonly channel: Channel<D>
}

/** What each sender said under one tag. */
type Slot = Map<PeerId, Claim>

/** @typeParam D what is kept and handed on: a delivery, or whatever else a mesh knows of it */
export class Inbox<D extends Delivery = Delivery> {
  readonly #describe: Describe
  readonly #limits: InboxLimits
  #step: Step = 0
  /** By step and text of the tag: 1,000 members that say 1,000 vectors must not cost a million texts. */
  readonly #held = new Map<Step, Map<string, Slot>>()
  /** Accepted, and not delivered yet. */
  readonly #expected = new Set<Claim>()
  readonly #arrived = new Map<Step, D[]>()
  readonly #accounts = new Map<PeerId, Account>()
  readonly #listeners = new Set<Listener<D>>()
  readonly #evidence = new Map<PeerId, Evidence>()

  constructor(describe: Describe, limits: InboxLimits) {
    this.#describe = describe
    this.#limits = limits
  }

  /** The first proven equivocation of each peer. */
  get evidence(): readonly Evidence[] {
    return [...this.#evidence.values()]
  }

  /** Whether the sender may say this: `accept`, or the fault that it is. An accepted claim must be delivered or dropped. */
  claim(claim: Claim): 'accept' | FaultKind {
    const verdict = this.#judge(claim)
    if (verdict === 'accept') this.#expected.add(claim)
    return verdict
  }

  /** Claim and delivery at once, for who has both. */
  take(said: D & Claim): 'accept' | FaultKind {
    const verdict = this.#judge(said)
    if (verdict === 'accept') this.#arrive(said)
    return verdict
  }

  #judge(claim: Claim): 'accept' | FaultKind {
    const { from, tag, byteLength } = claim
    const description = this.#describe(tag)
    if (description === undefined) return 'MESH_UNKNOWN_TAG'
    const size = sizeFault(description, byteLength)
    if (size !== undefined) return size
    if (tag.step < this.#step - this.#limits.window) return 'MESH_STALE'
    if (tag.step > this.#step + this.#limits.window) return 'MESH_TOO_FAR_AHEAD'

    const tagText = claim.tagText ?? formatTag(tag)
    const before = this.#held.get(tag.step)?.get(tagText)?.get(from)
    if (before !== undefined) {
      if (before.identity === claim.identity) return 'MESH_REPLAY'
      // Two of which one is unsigned prove nothing to others, and must not stand in the place of two that do.
      const isProven = before.proof !== undefined && claim.proof !== undefined
      if (isProven && !this.#evidence.has(from))
        this.#evidence.set(from, { peer: from, tag, first: before, later: claim })
      return 'MESH_EQUIVOCATION'
    }

    const account = entry(this.#accounts, from, emptyAccount)
    const { maxPendingPerPeer, maxPendingBytesPerPeer } = this.#limits
    const isFirst = account.claims === 0
    if (account.claims >= maxPendingPerPeer) return 'MESH_TOO_MANY_PENDING'
    if (!isFirst && account.bytes + byteLength > maxPendingBytesPerPeer) return 'MESH_TOO_MANY_PENDING'
    account.claims += 1
    account.bytes += byteLength
    this.#slot(tag, tagText).set(from, claim)
    return 'accept'
  }

  /** Hands over the payload of an accepted claim; nothing happens where the claim was forgotten or is delivered. */
  deliver(delivery: D): void {
    const claim = this.claimed(delivery.from, delivery.tag)
    if (claim !== undefined && this.#expected.delete(claim)) this.#arrive(delivery)
  }

  /** What was claimed by `from` under `tag`. */
  claimed(from: PeerId, tag: Tag): Claim | undefined {
    return this.#held.get(tag.step)?.get(formatTag(tag))?.get(from)
  }

  /** All that was delivered and is not forgotten; of each step in order of arrival. */
  *delivered(): Generator<D, void, undefined> {
    for (const deliveries of this.#arrived.values()) yield* deliveries
  }

  listen(pattern: TagPattern, { signal }: { readonly signal: AbortSignal }): AsyncIterable<D> {
    return {
      [Symbol.asyncIterator]: () => {
        const listener: Listener<D> = { pattern, channel: new Channel() }
        const steps = pattern.step === undefined ? [...this.#arrived.keys()] : [pattern.step]
        for (const step of steps)
          for (const delivery of this.#arrived.get(step) ?? [])
            if (covers(pattern, delivery.tag)) listener.channel.push(delivery)
        this.#listeners.add(listener)
        return untilAborted(listener.channel, signal, () => this.#listeners.delete(listener))
      },
    }
  }

  /** Forgets what is older than the window of `step`. Steps only grow. */
  advance(step: Step): void {
    this.#step = Math.max(this.#step, step)
    for (const [old, held] of this.#held) {
      if (old >= this.#step - this.#limits.window) continue
      for (const slot of held.values()) this.#release(slot)
      this.#held.delete(old)
      this.#arrived.delete(old)
    }
  }

  #arrive(delivery: D): void {
    const { tag } = delivery
    entry(this.#arrived, tag.step, () => []).push(delivery)
    for (const { pattern, channel } of this.#listeners) if (covers(pattern, tag)) channel.push(delivery)
  }

  #release(slot: Slot): void {
    for (const claim of slot.values()) {
      this.#expected.delete(claim)
      const account = this.#accounts.get(claim.from)
      if (account === undefined) continue
      account.claims -= 1
      account.bytes -= claim.byteLength
    }
  }

  #slot(tag: Tag, tagText: string): Slot {
    return entry(
      entry(this.#held, tag.step, () => new Map<string, Slot>()),
      tagText,
      () => new Map(),
    )
  }
}

/** The fault of a payload of `byteLength` bytes under a tag with this description, if its size is one. */
export function sizeFault({ maxBytes, codec }: Description, byteLength: number): FaultKind | undefined {
  if (byteLength > maxBytes) return 'MESH_TOO_LARGE'
  return codec.byteLength !== undefined && byteLength !== codec.byteLength ? 'CODEC_WRONG_LENGTH' : undefined
}

function emptyAccount(): Account {
  return { claims: 0, bytes: 0 }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const present = map.get(key)
  if (present !== undefined) return present
  const made = make()
  map.set(key, made)
  return made
}
