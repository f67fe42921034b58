/** The press: makes this peer's own payloads into publications, each hashed and signed once. */
import { copyOf } from '../gossip/byte-writer.ts'
import { hashLargePayload, rootOf } from '../gossip/chunks.ts'
import { encodeAnnouncement, type Sign, signEnvelope } from '../gossip/envelope.ts'
import type { Describe, PeerId } from '../mesh/mesh.ts'
import { formatTag, type Tag } from '../mesh/tag.ts'
import type { Archive, Publication } from './archive.ts'

export interface PressOptions {
  readonly self: PeerId
  readonly rosterDigest: Uint8Array
  readonly sign: Sign
  readonly describe: Describe
  readonly archive: Archive
}

export class Press {
  readonly #options: PressOptions
  /** By the payload itself: the outbox keeps one object for what was said once. */
  readonly #printed = new WeakMap<Uint8Array, Promise<Publication>>()

  constructor(options: PressOptions) {
    this.#options = options
  }

  /** The publication of a payload that nobody will write to any more. */
  said(tag: Tag, frozen: Uint8Array): Promise<Publication> {
    const before = this.#printed.get(frozen)
    if (before !== undefined) return before
    const printed = this.#print(tag, frozen)
    this.#printed.set(frozen, printed)
    return printed
  }

  /** The publication of an answer: of what was said, or of something offered, which is copied. */
  async answered(tag: Tag, answer: Uint8Array): Promise<Publication> {
    // What was said under one tag may be offered under another, and is then another publication.
    const printed = await this.#printed.get(answer)
    if (printed !== undefined && formatTag(printed.envelope.tag) === formatTag(tag)) return printed
    return this.#print(tag, copyOf(answer))
  }

  async #print(tag: Tag, bytes: Uint8Array): Promise<Publication> {
    const { self, rosterDigest, sign, describe, archive } = this.#options
    const hashes = await hashLargePayload(bytes)
    const digest = rootOf(hashes, bytes.byteLength)
    const before = archive.find(self, tag, digest)
    if (before !== undefined) return before
    const envelope = { roster: rosterDigest, from: self, tag, digest, byteLength: bytes.byteLength }
    const publication: Publication = {
      envelope,
      signed: signEnvelope(envelope, sign),
      readers: describe(tag)?.audience === 'all' ? 'all' : new Set<PeerId>(),
      payload: { bytes, hashes },
    }
    archive.add(publication)
    return publication
  }
}

/** The announcement of a publication, with its payload inside where that is here and small enough. */
export function announcementOf({ signed, payload }: Publication, inlineLimit: number): Uint8Array {
  const isSmall = payload !== undefined && payload.bytes.byteLength <= inlineLimit
  return encodeAnnouncement(signed, isSmall ? payload.bytes : undefined)
}
