/** The voice: brings publications to members. To all by gossip, to some directly, to those who were away when they are back. */
import type { PeerId } from '../mesh/mesh.ts'
import type { Outbox } from '../mesh/outbox.ts'
import { parseTag } from '../mesh/tag.ts'
import type { Archive, Publication } from './archive.ts'
import { catchUpRetryMs } from './limits.ts'
import type { Links } from './links.ts'
import type { Presence } from './presence.ts'
import { announcementOf, type Press } from './press.ts'

export interface VoiceOptions {
  readonly self: PeerId
  readonly inlineLimit: number
  readonly links: Links
  readonly presence: Presence
  readonly outbox: Outbox
  readonly archive: Archive
  readonly press: Press
  /** Says an announcement by gossip; resolves to those whom it was sent to. */
  readonly announce: (announcement: Uint8Array) => Promise<ReadonlySet<PeerId>>
  readonly signal: AbortSignal
}

export class Voice {
  readonly #options: VoiceOptions
  readonly #catchingUp = new Set<PeerId>()

  constructor(options: VoiceOptions) {
    this.#options = options
  }

  /** Announces to all members that are connected: by gossip, and directly to those whom gossip does not reach yet. */
  async toAll(publication: Publication): Promise<void> {
    const { self, inlineLimit, presence, announce } = this.#options
    const announcement = announcementOf(publication, inlineLimit)
    const reached = await announce(announcement)
    for (const peer of presence.present)
      if (peer !== self && !reached.has(peer)) void this.#toOne(peer, announcement)
  }

  /** Announces to some members directly. Who is away gets it when it is back. */
  toSome(publication: Publication, recipients: readonly PeerId[]): void {
    const { self, inlineLimit, presence } = this.#options
    const announcement = announcementOf(publication, inlineLimit)
    for (const peer of recipients)
      if (peer !== self && presence.present.has(peer)) void this.#toOne(peer, announcement)
  }

  /** Sends a member what it may have missed, until it has taken it or is away again. */
  async catchUp(peer: PeerId): Promise<void> {
    const { links, presence, signal } = this.#options
    if (this.#catchingUp.has(peer)) return
    this.#catchingUp.add(peer)
    try {
      while (!signal.aborted && presence.present.has(peer)) {
        const missed = await this.#missedBy(peer)
        if (missed.length === 0 || (await links.send(peer, missed))) return
        await presence.pause(catchUpRetryMs, signal)
      }
    } finally {
      this.#catchingUp.delete(peer)
    }
  }

  async #toOne(peer: PeerId, announcement: Uint8Array): Promise<void> {
    if (!(await this.#options.links.send(peer, [announcement]))) await this.catchUp(peer)
  }

  /** What this peer said to `peer`, and what others said to all. Without payloads: it may have most of them. */
  async #missedBy(peer: PeerId): Promise<readonly Uint8Array[]> {
    const { self, outbox, archive, press } = this.#options
    const missed: Publication[] = []
    for (const { tag: text, payload } of [...outbox.saidTo(peer)]) {
      const tag = parseTag(text)
      if (tag !== undefined) missed.push(await press.said(tag, payload))
    }
    for (const publication of archive.forAll())
      if (publication.envelope.from !== self && publication.envelope.from !== peer) missed.push(publication)
    return missed.map((publication) => announcementOf(publication, 0))
  }
}
