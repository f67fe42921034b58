/** Notices that the swarm has left this peer behind. */
import type { PeerId, Step } from '../mesh/mesh.ts'

export class Lag {
  readonly #f: number
  readonly #onTooFarBehind: (step: Step) => void
  readonly #ahead = new Map<PeerId, Step>()
  #isNoticed = false

  /**
   * `onTooFarBehind` is called once, when more than `f` members, hence an honest one among them, have provably spoken of
   * steps beyond this peer's window. It is given the lowest step that is beyond the window of none but f of them.
   */
  constructor(f: number, onTooFarBehind: (step: Step) => void) {
    this.#f = f
    this.#onTooFarBehind = onTooFarBehind
  }

  /** `peer` spoke of `step`, and the last step that this peer would have taken is `horizon`. */
  heard(peer: PeerId, step: Step, horizon: Step): void {
    this.#ahead.set(peer, Math.max(step, this.#ahead.get(peer) ?? 0))
    const beyond = [...this.#ahead.values()].filter((highest) => highest > horizon).sort((a, b) => b - a)
    const swarm = beyond[this.#f]
    if (this.#isNoticed || swarm === undefined) return
    this.#isNoticed = true
    this.#onTooFarBehind(swarm)
  }
}
