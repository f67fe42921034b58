/**
 * Kardam's frequency filter: whoever is behind one of the last 2f gradients that were taken has to wait, so any 2f+1 taken in a
 * row come from as many workers, and f+1 of them at least from honest ones.
 */
import type { PeerId } from '../../mesh/mesh.ts'

export class FrequencyFilter {
  readonly #memory: number
  /** Behind the last 2f that were taken, the oldest first. */
  readonly #recent: PeerId[] = []

  constructor(f: number) {
    this.#memory = 2 * f
  }

  passes(worker: PeerId): boolean {
    return !this.#recent.includes(worker)
  }

  taken(worker: PeerId): void {
    this.#recent.push(worker)
    if (this.#recent.length > this.#memory) this.#recent.shift()
  }
}
