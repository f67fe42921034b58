/**
 * Everything that was said and is not forgotten: one record for each different payload of a sender under a tag, and the
 * payload itself is handed to all who hear it, never copied. What a digest and a signature are to libp2p, the identity of
 * the record is here: only its origin's mesh can have one made. Payloads are compared only where somebody says a second one
 * under a tag. Each is looked through once, for the trace, however many hear it.
 */
import type { Claim } from '../mesh/inbox.ts'
import type { Delivery, PeerId, Step } from '../mesh/mesh.ts'
import { formatTag, type Tag } from '../mesh/tag.ts'
import { keyOf } from './chance.ts'
import { payloadDigest } from './payload-digest.ts'
import { Reach } from './reach.ts'
import { type InTrace, inTraceOf } from './trace-lines.ts'

export interface Publication extends Claim, Delivery {
  readonly tagText: string
  /** Position of the sender among the members. */
  readonly origin: number
  /** For chance: the same in every run in which as much is said, whatever it is. */
  readonly key: number
  readonly inTrace: InTrace
  /** By its sender's lights; what receivers pass on, their own descriptions decide. */
  readonly isForAll: boolean
  /** Whether an adversary hears it: what is for all, and what is sent to some and no secret. */
  readonly isOpen: boolean
  /** It is sent once, and lost where the link loses it. */
  readonly lossy: boolean
  readonly reach: Reach
}

export interface Said {
  readonly from: PeerId
  readonly origin: number
  readonly tag: Tag
  /** Frozen: nobody writes to it any more. */
  readonly payload: Uint8Array
  readonly isForAll: boolean
  readonly isOpen: boolean
  readonly lossy?: boolean
}

export class Publications {
  readonly #seed: number
  readonly #members: number
  readonly #bySender = new Map<Step, Map<string, Publication[]>>()

  constructor(seed: number, members: number) {
    this.#seed = seed
    this.#members = members
  }

  /** The record of this payload; a new one where the sender has said no equal one under the tag, in this life or an earlier. */
  of({ from, origin, tag, payload, isForAll, isOpen, lossy = false }: Said): Publication {
    const ofStep = this.#bySender.get(tag.step) ?? new Map<string, Publication[]>()
    this.#bySender.set(tag.step, ofStep)
    const tagText = formatTag(tag)
    const name = `${from} ${tagText}`
    const before = ofStep.get(name) ?? []
    ofStep.set(name, before)
    const same = before.find((publication) => areEqual(publication.payload, payload))
    if (same !== undefined) return same
    const identity = String(before.length)
    const key = keyOf(this.#seed, name, identity)
    const reach = new Reach(this.#members)
    reach.add(origin)
    const { byteLength } = payload
    // All who hear it hear this very tag, and the speaker may do as it likes with its own.
    const kept = {
      from,
      origin,
      tag: Object.freeze({ ...tag }),
      tagText,
      payload,
      byteLength,
    }
    const inTrace = inTraceOf(`${name} ${identity} ${byteLength} ${payloadDigest(payload)}`)
    const made: Publication = { ...kept, isForAll, isOpen, lossy, identity, key, inTrace, reach }
    before.push(made)
    return made
  }

  *[Symbol.iterator](): Generator<Publication, void, undefined> {
    for (const ofStep of this.#bySender.values()) for (const said of ofStep.values()) yield* said
  }

  forgetBefore(step: Step): void {
    for (const old of this.#bySender.keys()) if (old < step) this.#bySender.delete(old)
  }
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.byteLength === b.byteLength && a.every((byte, i) => byte === b[i]))
}
