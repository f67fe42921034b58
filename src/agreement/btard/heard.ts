/**
 * One exchange as one member heard it, and what follows from that. It says nothing itself (agreed-broadcast.ts does). The mesh
 * delivers the first word of each member under each tag alone, so nobody counts twice.
 */
import type { FaultKind } from '../../mesh/fault.ts'
import type { Delivery, PeerId } from '../../mesh/mesh.ts'
import { sha256, sha256Bytes, toHex } from '../../util/digest.ts'
import { absent, decodeView, digestOfView, leadersOf, type View, votesFor, withVotes } from './views.ts'

export interface Assembly {
  /** Who takes part: who was banned is not heard. In the order that all have. */
  readonly members: readonly PeerId[]
  /** Those of them who have something to say, in the same order. */
  readonly speakers: readonly PeerId[]
  /** Most of them that lie. */
  readonly f: number
}

export class Heard {
  readonly #assembly: Assembly
  readonly #payloads = new Map<PeerId, { readonly payload: Uint8Array; readonly digest: string }>()
  /** By round, by member. */
  readonly #views = new Map<number, Map<PeerId, View>>()
  readonly #proposals = new Map<number, View>()
  readonly #done = new Map<PeerId, string>()
  #hasSaidDone = false
  #decided: View | undefined

  constructor(assembly: Assembly) {
    this.#assembly = assembly
  }

  /** Whose turn it is in round `hop`, counted from 1. */
  kingOf(hop: number): PeerId | undefined {
    const { members } = this.#assembly
    return members[(hop - 1) % members.length]
  }

  /** Takes what a member said; the fault, where no honest member says that. */
  take({ from, tag, payload }: Delivery): FaultKind | undefined {
    const { members, speakers } = this.#assembly
    if (!members.includes(from)) return undefined
    const isView = tag.kind === 'view' || tag.kind === 'king'
    if (isView && payload.length !== speakers.length * sha256Bytes) return 'CODEC_WRONG_LENGTH'
    if (tag.kind === 'said' && !speakers.includes(from)) return 'AGREEMENT_WRONG_ROLE'
    if (tag.kind === 'king' && from !== this.kingOf(tag.hop)) return 'AGREEMENT_WRONG_ROLE'
    if (tag.kind === 'said') this.#payloads.set(from, { payload, digest: toHex(sha256(payload)) })
    if (tag.kind === 'view') this.#viewsOf(tag.hop).set(from, decodeView(payload))
    if (tag.kind === 'king') this.#proposals.set(tag.hop, decodeView(payload))
    if (tag.kind === 'done') this.#done.set(from, toHex(payload))
    return undefined
  }

  /** What `speaker` said, where the digest of that is `digest`, or whatever it said. */
  payloadOf(speaker: PeerId, digest?: string): Uint8Array | undefined {
    const said = this.#payloads.get(speaker)
    return digest === undefined || said?.digest === digest ? said?.payload : undefined
  }

  /** Speakers of whom nothing came. */
  get missing(): readonly PeerId[] {
    return this.#assembly.speakers.filter((peer) => !this.#payloads.has(peer))
  }

  /** What has come, as this member's own view. */
  get view(): View {
    return this.#assembly.speakers.map((peer) => this.#payloads.get(peer)?.digest ?? absent)
  }

  hasAllViews(hop: number): boolean {
    return this.#viewsOf(hop).size === this.#assembly.members.length
  }

  hasProposal(hop: number): boolean {
    return this.#proposals.has(hop)
  }

  /** Whose first view names `digest` as what `speaker` said: at least one of them is honest, and has it. */
  holdersOf(speaker: PeerId, digest: string): readonly PeerId[] {
    const position = this.#assembly.speakers.indexOf(speaker)
    return [...this.#viewsOf(0)].filter(([, view]) => view[position] === digest).map(([peer]) => peer)
  }

  /** DONE, once, as soon as it is due: this member is certain, or f+1 say that they are. */
  takeDone(): string | undefined {
    const { members, f } = this.#assembly
    const quorum = members.length - f
    if (this.#hasSaidDone || (this.#viewsOf(0).size < quorum && this.#done.size <= f)) return undefined
    const digest = digestOfView(this.proposalOf(0))
    const isCertain = this.#leaders(0).every(({ votes }) => votes >= quorum)
    if (!isCertain && this.#saidDone(digest) <= f) return undefined
    this.#hasSaidDone = true
    return digest
  }

  /** What is decided without kings, once 2f+1 have said DONE of it. */
  get decided(): View | undefined {
    const { f } = this.#assembly
    if (this.#decided === undefined && this.#done.size > 2 * f && this.#hasSaidDone) {
      const first = this.proposalOf(0)
      if (this.#saidDone(digestOfView(first)) > 2 * f) this.#decided = first
    }
    return this.#decided
  }

  /**
   * What n - 2f views of round `hop` say, and of whom they do not that it is absent: whatever an honest member is certain of is in
   * it, at every honest member.
   */
  proposalOf(hop: number): View {
    const { members, f } = this.#assembly
    return withVotes(this.#leaders(hop), members.length - 2 * f)
  }

  /** What this member holds after round `hop`: what it is certain of, and else the king's word, where an honest one held it. */
  heldAfter(hop: number): View {
    const { members, f } = this.#assembly
    const views = [...this.#viewsOf(hop).values()]
    const proposal = this.#proposals.get(hop) ?? []
    return this.#leaders(hop).map(({ digest, votes }, i) => {
      if (votes >= members.length - f) return digest
      const proposed = proposal[i] ?? absent
      return votesFor(views, i, proposed) > f ? proposed : absent
    })
  }

  #leaders(hop: number) {
    return leadersOf([...this.#viewsOf(hop).values()], this.#assembly.speakers.length)
  }

  #saidDone(digest: string): number {
    return [...this.#done.values()].filter((said) => said === digest).length
  }

  #viewsOf(hop: number): Map<PeerId, View> {
    const views = this.#views.get(hop) ?? new Map<PeerId, View>()
    this.#views.set(hop, views)
    return views
  }
}
