/** Notices that the swarm has left this peer behind. */
import type { PeerId, Step } from '../mesh/mesh.ts'

export interface LagOptions {
  /** The role of each member, and how many of a role may lie. */
  readonly roleOf: (peer: PeerId) => string
  readonly liars: (role: string) => number
  /**
   * Told once, when more members of a role than may lie, hence an honest one among them, have provably spoken of steps beyond
   * this peer's window. It is given the lowest step that is beyond the window of none but so many of them.
   */
  readonly onTooFarBehind: (step: Step) => void
}

export class Lag {
  readonly #options: LagOptions
  /** By role: where there are servers, a member may hear nobody else, and one that is trusted is proof enough. */
  readonly #ahead = new Map<string, Map<PeerId, Step>>()
  #isNoticed = false

  constructor(options: LagOptions) {
    this.#options = options
  }

  /** `peer` spoke of `step`, and the last step that this peer would have taken is `horizon`. */
  heard(peer: PeerId, step: Step, horizon: Step): void {
    const { roleOf, liars, onTooFarBehind } = this.#options
    const role = roleOf(peer)
    const ahead = this.#ahead.get(role) ?? new Map<PeerId, Step>()
    this.#ahead.set(role, ahead.set(peer, Math.max(step, ahead.get(peer) ?? 0)))
    const beyond = [...ahead.values()].filter((highest) => highest > horizon).sort((a, b) => b - a)
    const swarm = beyond[liars(role)]
    if (this.#isNoticed || swarm === undefined) return
    this.#isNoticed = true
    onTooFarBehind(swarm)
  }
}
