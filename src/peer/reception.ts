/**
 * Reception: what happens to an announcement that came, from judgement to delivery. Whatever is accepted here is fetched,
 * delivered once it is whole and, where it is for all and gossip did not bring it, passed on.
 */
import { copyOf } from '../gossip/byte-writer.ts'
import { type Brought, type Court, type Proven, prove, type Refused, validate } from '../gossip/validate.ts'
import { validateDatagram } from '../gossip/validate-datagram.ts'
import { type Effects, effectsOf } from '../gossip/verdict.ts'
import type { Fault, FaultKind } from '../mesh/fault.ts'
import { type Inbox, sizeFault } from '../mesh/inbox.ts'
import type { PeerId, Step } from '../mesh/mesh.ts'
import { formatTag, type Tag } from '../mesh/tag.ts'
import type { Archive, Publication } from './archive.ts'
import type { Fetcher } from './fetcher.ts'
import type { Payload } from './transfer.ts'

export interface ReceptionOptions {
  readonly court: Court
  readonly inbox: Inbox
  readonly archive: Archive
  readonly fetcher: Fetcher
  readonly blame: (fault: Fault) => void
  readonly onDropped: (dropped: Fault) => void
  /** Passes on what is for all and did not come by gossip. */
  readonly passOn: (publication: Publication) => void
  /** Told of a member that provably spoke of a step beyond the window. */
  readonly onAhead: (peer: PeerId, step: Step) => void
}

export class Reception {
  readonly #options: ReceptionOptions
  /** Payloads that are on their way, for those who wait for them. */
  readonly #arriving = new Map<Publication, Promise<Payload>>()

  constructor(options: ReceptionOptions) {
    this.#options = options
  }

  /** Takes an announcement, or refuses it. Returns what gossip shall do with it. */
  take(announcement: Uint8Array, brought: Brought): Effects['gossip'] {
    const { court, inbox } = this.#options
    const judgement = validate(court, inbox, announcement, brought)
    if (judgement.verdict !== 'accept') return this.#refuse(judgement, brought.by)
    this.#accept(judgement.announcement, brought)
    return 'accept'
  }

  /** Takes what `from` said by datagram, or refuses it; false where that is a fault. It goes no further than here. */
  takeDatagram(opened: Uint8Array, from: PeerId): boolean {
    const { court, inbox } = this.#options
    const judgement = validateDatagram(court.describe, inbox, opened, from)
    if (judgement.verdict !== 'accept') return this.#refuse(judgement, from) === 'ignore'
    const { tag, payload } = judgement.said
    inbox.deliver({ from, tag, payload: copyOf(payload) })
    return true
  }

  /**
   * The payload of the announcement with which `peer` answered a question about `tag`; undefined, and the peer blamed,
   * where it is no answer to it. Under a tag that is for all it counts as heard.
   */
  async answer(
    announcement: Uint8Array,
    peer: PeerId,
    tag: Tag,
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    const { court, archive, blame } = this.#options
    const brought: Brought = { by: peer, via: 'ask' }
    const judgement = prove(court, announcement, brought)
    const { fault } = effectsOf(judgement, peer)
    if (fault !== undefined) blame(fault)
    if (judgement.verdict !== 'accept') return undefined
    const { envelope, inline, hashes } = judgement.announcement
    const refusal = this.#notAnAnswer(judgement.announcement, peer, tag)
    if (refusal !== undefined) {
      blame({ peer, kind: refusal, tag })
      return undefined
    }
    if (court.describe(tag)?.audience === 'all') {
      this.take(announcement, brought)
      const heard = archive.find(peer, tag, envelope.digest)
      const payload = heard?.payload ?? (heard && this.#arriving.get(heard))
      if (payload !== undefined) return (await payload).bytes
    }
    if (inline !== undefined && hashes !== undefined) return copyOf(inline)
    return (await this.#options.fetcher.fetch(envelope, peer, signal)).bytes
  }

  #refuse(refused: Refused, by: PeerId): Effects['gossip'] {
    const { blame, onDropped, onAhead } = this.#options
    const { gossip, fault, dropped } = effectsOf(refused, by)
    if (fault !== undefined) blame(fault)
    if (dropped !== undefined) onDropped(dropped)
    if (refused.kind === 'MESH_TOO_FAR_AHEAD' && refused.tag !== undefined)
      onAhead(refused.culprit, refused.tag.step)
    return gossip
  }

  #notAnAnswer({ envelope }: Proven, peer: PeerId, tag: Tag): FaultKind | undefined {
    if (envelope.from !== peer || formatTag(envelope.tag) !== formatTag(tag)) return 'PULL_BAD_FRAME'
    const description = this.#options.court.describe(tag)
    return description === undefined ? 'MESH_UNKNOWN_TAG' : sizeFault(description, envelope.byteLength)
  }

  #accept({ envelope, signed, inline, hashes }: Proven, { by, via }: Brought): void {
    const { court, archive, fetcher, passOn } = this.#options
    const isForAll = court.describe(envelope.tag)?.audience === 'all'
    const publication: Publication = {
      envelope,
      signed,
      readers: isForAll ? 'all' : new Set(),
      payload: undefined,
    }
    // What is private is pulled from its origin alone, so it has no place among what others may pull here.
    if (isForAll) archive.add(publication)
    if (inline !== undefined && hashes !== undefined)
      this.#deliver(publication, { bytes: copyOf(inline), hashes })
    else this.#arrive(publication, fetcher.fetch(envelope, by))
    if (isForAll && via !== 'gossip') passOn(publication)
  }

  #arrive(publication: Publication, arrival: Promise<Payload>): void {
    const arriving = arrival.then((payload) => {
      this.#deliver(publication, payload)
      return payload
    })
    this.#arriving.set(publication, arriving)
    // It rejects when its step is forgotten or the mesh closes: then nobody wants it any more.
    arriving.catch(() => {}).finally(() => this.#arriving.delete(publication))
  }

  #deliver(publication: Publication, payload: Payload): void {
    publication.payload = payload
    const { from, tag } = publication.envelope
    this.#options.inbox.deliver({ from, tag, payload: payload.bytes })
  }
}
