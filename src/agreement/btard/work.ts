/** Gradients of a step, mine and others': computed, counted and timed. */
import type { Milliseconds } from '../../mesh/clock.ts'
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { drawOf } from './cast.ts'
import type { PublicRandomness } from './public-randomness.ts'

export class Work {
  readonly #mesh: Mesh
  readonly #learner: Learner
  readonly #randomness: PublicRandomness
  readonly #batch: number | undefined
  #gradients = 0
  #ms: Milliseconds = 0

  /** @param batch samples a gradient; the learner's own batch where undefined */
  constructor(mesh: Mesh, learner: Learner, randomness: PublicRandomness, batch: number | undefined) {
    this.#mesh = mesh
    this.#learner = learner
    this.#randomness = randomness
    this.#batch = batch
  }

  get gradients(): number {
    return this.#gradients
  }

  get ms(): Milliseconds {
    return this.#ms
  }

  /** At the current model, of the batch that public randomness gives `contributor`: whoever computes it gets the same bits. */
  async gradientOf(contributor: PeerId): Promise<Float32Array> {
    this.#gradients += 1
    const step = drawOf(this.#randomness, contributor)
    const batch = this.#batch
    return this.#timed(this.#learner.gradient({ step, ...(batch !== undefined && { batch }) }))
  }

  apply(direction: Float32Array, step: Step): Promise<void> {
    return this.#timed(this.#learner.apply(direction, step))
  }

  async #timed<T>(work: Promise<T>): Promise<T> {
    const began = this.#mesh.clock.now()
    const result = await this.#mesh.clock.hold(work)
    this.#ms += this.#mesh.clock.now() - began
    return result
  }
}
