/**
 * Who still takes part, and who complained of whom. All of it follows from what all members agree on, so it is the same at all
 * honest ones.
 *
 * When a part does not come, or a member heard something else than the others, it has nothing to show for it but its word. The
 * two are in dispute. Honest members are never in dispute with each other, so an honest one is with at most f: who is with more has
 * lied.
 */
import type { PeerId } from '../../mesh/mesh.ts'

/** What a member was banned for. */
export const offences = {
  silent: 'said nothing',
  malformed: 'said what is no message of that kind',
  nonce: 'revealed another nonce than it had committed itself to',
  discord: 'is in dispute with more members than can lie',
  gradient: 'committed itself to another gradient than that of its batch',
  scalars: 'said other scalars than those of its gradient',
  aggregate: 'aggregated its column wrongly',
  accusation: 'accused a member that had not lied',
} as const

export type Offence = keyof typeof offences

export interface Ban {
  readonly peer: PeerId
  readonly offence: Offence
}

export class Standing {
  readonly #peers: readonly PeerId[]
  /** Bound on liars among all, those that are banned included. */
  readonly declaredF: number
  readonly #banned = new Map<PeerId, Offence>()
  readonly #disputes = new Map<PeerId, Set<PeerId>>()

  constructor(peers: readonly PeerId[], f: number) {
    this.#peers = peers
    this.declaredF = f
  }

  get active(): readonly PeerId[] {
    return this.#peers.filter((peer) => !this.#banned.has(peer))
  }

  get banned(): number {
    return this.#banned.size
  }

  /** Bound on the liars among the active. */
  get f(): number {
    return Math.max(0, this.declaredF - this.#banned.size)
  }

  offenceOf(peer: PeerId): Offence | undefined {
    return this.#banned.get(peer)
  }

  ban({ peer, offence }: Ban): void {
    if (!this.#banned.has(peer)) this.#banned.set(peer, offence)
  }

  dispute(one: PeerId, other: PeerId): void {
    this.#opponentsOf(one).add(other)
    this.#opponentsOf(other).add(one)
  }

  areInDispute(one: PeerId, other: PeerId): boolean {
    return this.#opponentsOf(one).has(other)
  }

  /** Active members that are in dispute with more than f. */
  get quarrellers(): readonly PeerId[] {
    return this.active.filter((peer) => this.#opponentsOf(peer).size > this.declaredF)
  }

  #opponentsOf(peer: PeerId): Set<PeerId> {
    const opponents = this.#disputes.get(peer) ?? new Set<PeerId>()
    this.#disputes.set(peer, opponents)
    return opponents
  }
}
