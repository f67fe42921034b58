/**
 * The archive: announcements that this peer made or accepted, with their payloads once they are whole, for those who pull.
 * It holds what the inbox and the outbox hold, by reference, and forgets with them.
 */
import { sameBytes } from '../gossip/chunks.ts'
import type { Envelope } from '../gossip/envelope.ts'
import type { PeerId, Step } from '../mesh/mesh.ts'
import { formatTag, type Tag } from '../mesh/tag.ts'
import type { Payload } from './transfer.ts'

export interface Publication {
  readonly envelope: Envelope
  /** The signed part of its announcement. */
  readonly signed: Uint8Array
  /** Who may pull it: all members, or those it was said to. */
  readonly readers: 'all' | Set<PeerId>
  /** Undefined while it is still being pulled. */
  payload: Payload | undefined
}

export class Archive {
  readonly #steps = new Map<Step, Map<string, Publication[]>>()
  readonly #window: number

  constructor(window: number) {
    this.#window = window
  }

  add(publication: Publication): void {
    const { from, tag } = publication.envelope
    const ofStep = this.#steps.get(tag.step) ?? new Map<string, Publication[]>()
    this.#steps.set(tag.step, ofStep)
    const key = keyOf(from, tag)
    ofStep.set(key, [...(ofStep.get(key) ?? []), publication])
  }

  /** The publication with this digest. There is more than one under a tag where its origin lies, or answers by asker. */
  find(from: PeerId, tag: Tag, digest: Uint8Array): Publication | undefined {
    const publications = this.#steps.get(tag.step)?.get(keyOf(from, tag)) ?? []
    return publications.find(({ envelope }) => sameBytes(envelope.digest, digest))
  }

  /** What is for all, by whomever, oldest step first. */
  *forAll(): Generator<Publication, void> {
    for (const ofStep of this.#steps.values())
      for (const publications of ofStep.values())
        for (const publication of publications) if (publication.readers === 'all') yield publication
  }

  advance(step: Step): void {
    for (const old of this.#steps.keys()) if (old < step - this.#window) this.#steps.delete(old)
  }
}

export function mayRead({ readers }: Publication, peer: PeerId): boolean {
  return readers === 'all' || readers.has(peer)
}

function keyOf(from: PeerId, tag: Tag): string {
  return `${from} ${formatTag(tag)}`
}
