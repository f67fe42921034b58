/**
 * Where pulled payloads are written. A swarm that aggregates in a memory of its own has them written there, once, where the
 * rules read them; then places are used again, so each is given back when nobody can be reading it.
 */
import type { Step } from '../mesh/mesh.ts'

export interface PayloadMemory {
  /** A place for a payload, at a multiple of 8. What is in it is anybody's guess. */
  take(byteLength: number): Uint8Array
  /** Nobody reads it any more. */
  release(place: Uint8Array): void
}

/** The garbage collector's. */
export const heapMemory: PayloadMemory = {
  take: (byteLength) => new Uint8Array(Buffer.allocUnsafeSlow(byteLength).buffer),
  release: () => {},
}

/** Payloads by their step: all of a step's places are given back when the step is forgotten, and no earlier. */
export class StepMemory {
  readonly #memory: PayloadMemory
  readonly #places = new Map<Step, Uint8Array[]>()
  #forgottenBefore: Step = 0

  constructor(memory: PayloadMemory) {
    this.#memory = memory
  }

  /** A place that is this step's own until `isForgotten`. */
  take(step: Step, byteLength: number): Uint8Array {
    // What comes too late for its step is nobody's to read or to reuse.
    if (this.isForgotten(step)) return heapMemory.take(byteLength)
    const place = this.#memory.take(byteLength)
    const ofStep = this.#places.get(step) ?? []
    this.#places.set(step, ofStep)
    ofStep.push(place)
    return place
  }

  isForgotten(step: Step): boolean {
    return step < this.#forgottenBefore
  }

  forgetBefore(step: Step): void {
    this.#forgottenBefore = Math.max(this.#forgottenBefore, step)
    for (const [old, places] of this.#places) {
      if (!this.isForgotten(old)) continue
      this.#places.delete(old)
      for (const place of places) this.#memory.release(place)
    }
  }
}
