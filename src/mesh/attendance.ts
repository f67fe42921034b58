/**
 * Who is worth waiting for. A member that is silent until the deadline costs everybody that deadline, so it may do it only
 * so often: a miss adds 1 to its debt, being heard in time pays back an eighth, and at `missLimit` it is no longer waited
 * for, though what it says in time still counts. So even a liar that is silent now and then costs at most about one
 * deadline in nine exchanges. A liar that speaks just before every deadline is in time: that costs almost a deadline each
 * time, and only a shorter deadline makes it cost less.
 */
import type { PeerId } from './mesh.ts'

const paidBackByBeingHeard = 1 / 8

export class Attendance {
  readonly #missLimit: number
  /** Of those who have any: a thousand members that are all in time cost nothing. */
  readonly #debts = new Map<PeerId, number>()

  /** @param missLimit deadlines in a row that a member may miss before it is no longer waited for; at least 1 */
  constructor(missLimit: number) {
    this.#missLimit = missLimit
  }

  isWaitedFor(peer: PeerId): boolean {
    return this.debtOf(peer) < this.#missLimit
  }

  /** How often the member was missed lately, between 0 and one more than the limit. */
  debtOf(peer: PeerId): number {
    return this.#debts.get(peer) ?? 0
  }

  heard(peer: PeerId): void {
    const debt = this.#debts.get(peer)
    if (debt === undefined) return
    if (debt > paidBackByBeingHeard) this.#debts.set(peer, debt - paidBackByBeingHeard)
    else this.#debts.delete(peer)
  }

  missed(peer: PeerId): void {
    this.#debts.set(peer, Math.min(this.#missLimit + 1, this.debtOf(peer) + 1))
  }
}
