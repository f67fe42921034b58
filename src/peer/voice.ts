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
  /** What waits for the stream that is open to a member: the next one takes all of it, however much was said meanwhile. */
  readonly #lines = new Map<PeerId, Publication[]>()
  /** Members that are being sent what they missed; true where they have missed more since. */
  readonly #catchingUp = new Map<PeerId, boolean>()

  constructor(options: VoiceOptions) {
    this.#options = options
  }

  /** Announces to all members that are connected: by gossip, and directly to those whom gossip does not reach yet. */
  async toAll(publication: Publication): Promise<void> {
    const { self, inlineLimit, presence, announce } = this.#options
    const announcement = announcementOf(publication, inlineLimit)
    const reached = await announce(announcement)
    for (const peer of presence.present)
      if (peer !== self && !reached.has(peer)) void this.#toOne(peer, publication)
  }

  /** Announces to some members directly. Who is away gets it when it is back. */
  toSome(publication: Publication, recipients: readonly PeerId[]): void {
    const { self, presence } = this.#options
    for (const peer of recipients)
      if (peer !== self && presence.present.has(peer)) void this.#toOne(peer, publication)
  }

  /** Sends a member what it may have missed, until it has taken it or is away again. */
  async catchUp(peer: PeerId): Promise<void> {
    const { links, presence, signal } = this.#options
    const isUnderWay = this.#catchingUp.has(peer)
    this.#catchingUp.set(peer, isUnderWay)
    if (isUnderWay) return
    try {
      while (!signal.aborted && presence.present.has(peer)) {
        this.#catchingUp.set(peer, false)
        const missed = await this.#missedBy(peer)
        const isTaken = missed.length === 0 || (await links.send(peer, missed))
        if (isTaken && this.#catchingUp.get(peer) === false) return
        if (!isTaken) await presence.pause(catchUpRetryMs, signal)
      }
    } finally {
      this.#catchingUp.delete(peer)
    }
  }

  /** One stream at a time: many parts are not many streams. */
  async #toOne(peer: PeerId, publication: Publication): Promise<void> {
    const { links, inlineLimit } = this.#options
    const line = this.#lines.get(peer)
    if (line !== undefined) {
      line.push(publication)
      return
    }
    const waiting = [publication]
    this.#lines.set(peer, waiting)
    let isTaken = true
    while (isTaken && waiting.length > 0)
      isTaken = await links.send(peer, announcementsOf(waiting.splice(0), inlineLimit))
    this.#lines.delete(peer)
    if (!isTaken) await this.catchUp(peer)
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

/** Made one by one, as the other side takes them. */
function* announcementsOf(
  publications: readonly Publication[],
  inlineLimit: number,
): Generator<Uint8Array, void> {
  for (const publication of publications) yield announcementOf(publication, inlineLimit)
}
