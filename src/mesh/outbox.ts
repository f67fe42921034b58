/**
 * The outbox: what this peer said or offers, for those who ask, within the window of steps.
 *
 * Invariants:
 * 1. At most one payload per (tag, recipient) is ever said.
 * 2. A payload is a copy made when it was said, so that nothing that the caller does later changes it; or it is the caller's
 *    own, who promised not to write to it.
 * 3. Who was not addressed gets no answer, however long it waits.
 * 4. Of what may get lost nothing is kept but that it was said: nobody gets it by asking, or once more.
 */
import { abortable } from '../util/signal.ts'
import { meshError } from './errors.ts'
import type { PeerId, Step } from './mesh.ts'
import { formatTag, type Tag } from './tag.ts'

export type Offer = Uint8Array | ((asker: PeerId) => Uint8Array | undefined)

interface Shelf {
  /** What was said to each recipient. */
  readonly said: Map<PeerId, Uint8Array>
  /** What was said to all at once. */
  saidToAll: Uint8Array | undefined
  offer: Offer | undefined
  /** Wakes those who asked before there was anything. */
  readonly waiting: Set<() => void>
}

export class Outbox {
  readonly #shelves = new Map<Step, Map<string, Shelf>>()
  /** To whom something was said that is not kept, by step and text of the tag: thousands of parts in a step. */
  readonly #unkept = new Map<Step, Map<string, readonly PeerId[]>>()
  readonly #window: number
  readonly #keep: (payload: Uint8Array) => Uint8Array

  /** @param copies false where nobody writes to a payload once it was said */
  constructor(window: number, { copies = true } = {}) {
    this.#window = window
    this.#keep = copies ? copyOf : asItIs
  }

  /** Keeps `payload` as said to `recipients`, and returns what is kept; it starts at a multiple of 8. */
  say(tag: Tag, payload: Uint8Array, recipients: readonly PeerId[]): Uint8Array {
    this.#assertUnsaid(tag, recipients)
    const shelf = this.#shelf(tag)
    const frozen = this.#keep(payload)
    for (const peer of recipients) shelf.said.set(peer, frozen)
    wake(shelf)
    return frozen
  }

  /** The same, to every member: one entry, however many they are. */
  sayToAll(tag: Tag, payload: Uint8Array): Uint8Array {
    const shelf = this.#shelf(tag)
    const [before = shelf.saidToAll && 'everyone'] = [...shelf.said.keys(), ...this.#unkeptUnder(tag)]
    if (before !== undefined) throw alreadySaid(tag, before)
    shelf.saidToAll = this.#keep(payload)
    wake(shelf)
    return shelf.saidToAll
  }

  /**
   * What may get lost on its way to `recipients`: notes that it was said, and returns a copy. To those `kept` it is said as
   * by `say`: to all of them at once, or it is refused.
   */
  sayLossily(
    tag: Tag,
    payload: Uint8Array,
    recipients: readonly PeerId[],
    kept: readonly PeerId[] = [],
  ): Uint8Array {
    this.#assertUnsaid(tag, [...recipients, ...kept])
    const frozen = kept.length > 0 ? this.say(tag, payload, kept) : this.#keep(payload)
    const ofStep = this.#unkept.get(tag.step) ?? new Map<string, readonly PeerId[]>()
    this.#unkept.set(tag.step, ofStep)
    ofStep.set(formatTag(tag), [...this.#unkeptUnder(tag), ...recipients])
    return frozen
  }

  offer(tag: Tag, offer: Offer): void {
    const shelf = this.#shelf(tag)
    shelf.offer = typeof offer === 'function' ? offer : copyOf(offer)
    wake(shelf)
  }

  /** What `asker` may have under `tag` now. What was offered goes before what was said. */
  answer(asker: PeerId, tag: Tag): Uint8Array | undefined {
    const shelf = this.#shelves.get(tag.step)?.get(formatTag(tag))
    if (shelf === undefined) return undefined
    const { offer } = shelf
    if (offer === undefined) return saidTo(shelf, asker)
    return typeof offer === 'function' ? offer(asker) : offer
  }

  /** As `answer`, but waits until there is one; rejects when `signal` aborts. */
  async whenAnswered(
    asker: PeerId,
    tag: Tag,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<Uint8Array> {
    for (;;) {
      signal.throwIfAborted()
      const answer = this.answer(asker, tag)
      if (answer !== undefined) return answer
      const { waiting } = this.#shelf(tag)
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      try {
        await abortable(promise, signal)
      } finally {
        waiting.delete(resolve)
        this.#clearIfEmpty(tag)
      }
    }
  }

  /** Everything said to `recipient` that is still held, oldest step first. */
  *saidTo(recipient: PeerId): Generator<{ readonly tag: string; readonly payload: Uint8Array }> {
    for (const shelves of this.#shelves.values())
      for (const [tag, shelf] of shelves) {
        const payload = saidTo(shelf, recipient)
        if (payload !== undefined) yield { tag, payload }
      }
  }

  advance(step: Step): void {
    for (const held of [this.#shelves, this.#unkept])
      for (const old of held.keys()) if (old < step - this.#window) held.delete(old)
  }

  #assertUnsaid(tag: Tag, recipients: readonly PeerId[]): void {
    const shelf = this.#shelves.get(tag.step)?.get(formatTag(tag))
    const unkept = this.#unkeptUnder(tag)
    const twice = recipients.find(
      (peer) => unkept.includes(peer) || (shelf !== undefined && saidTo(shelf, peer) !== undefined),
    )
    if (twice !== undefined) throw alreadySaid(tag, twice)
  }

  #unkeptUnder(tag: Tag): readonly PeerId[] {
    return this.#unkept.get(tag.step)?.get(formatTag(tag)) ?? []
  }

  /** Whoever asks decides what for, so a question that is withdrawn leaves nothing behind. */
  #clearIfEmpty(tag: Tag): void {
    const shelves = this.#shelves.get(tag.step)
    const key = formatTag(tag)
    const shelf = shelves?.get(key)
    if (shelf === undefined || shelf.offer !== undefined || shelf.saidToAll !== undefined) return
    if (shelf.said.size + shelf.waiting.size > 0) return
    shelves?.delete(key)
    if (shelves?.size === 0) this.#shelves.delete(tag.step)
  }

  #shelf(tag: Tag): Shelf {
    const shelves = this.#shelves.get(tag.step) ?? new Map<string, Shelf>()
    this.#shelves.set(tag.step, shelves)
    const key = formatTag(tag)
    const shelf = shelves.get(key) ?? {
      said: new Map(),
      saidToAll: undefined,
      offer: undefined,
      waiting: new Set(),
    }
    shelves.set(key, shelf)
    return shelf
  }
}

function saidTo({ said, saidToAll }: Shelf, recipient: PeerId): Uint8Array | undefined {
  return saidToAll ?? said.get(recipient)
}

function alreadySaid(tag: Tag, recipient: PeerId): Error {
  return meshError({ code: 'MESH_ALREADY_SAID', tag: formatTag(tag), recipient })
}

/** A copy where it starts elsewhere: payloads start at a multiple of 8. */
function asItIs(payload: Uint8Array): Uint8Array {
  return payload.byteOffset % 8 === 0 ? payload : copyOf(payload)
}

/** Not `slice`: that of a Node.js Buffer is a view. */
function copyOf(payload: Uint8Array): Uint8Array {
  return new Uint8Array(payload)
}

function wake(shelf: Shelf): void {
  for (const resolve of shelf.waiting) resolve()
  shelf.waiting.clear()
}
