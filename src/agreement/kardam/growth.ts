/**
 * Empirical Lipschitz coefficients: how much each worker's gradient changed between two of its answers, for how much the model
 * did. The server works them out itself, and liars make what they like of theirs.
 */
import type { PeerId, Step } from '../../mesh/mesh.ts'

/** Of each worker so many are remembered, the newest: as the authors' code has it. */
const remembered = 26

/** A gradient, and the model that it was computed at, as far as the server knows. */
export interface Answer {
  readonly worker: PeerId
  readonly gradient: Float32Array
  readonly step: Step
  readonly model: Float32Array
}

export class Growth {
  readonly #last = new Map<PeerId, Answer>()
  readonly #coefficients = new Map<PeerId, number[]>()

  note(answer: Answer): void {
    const { worker, gradient, step, model } = answer
    const before = this.#last.get(worker)
    this.#last.set(worker, answer)
    if (before === undefined || before.step === step) return
    const moved = distance(model, before.model)
    if (moved === 0) return
    const coefficients = this.#coefficients.get(worker) ?? []
    coefficients.push(distance(gradient, before.gradient) / moved)
    if (coefficients.length > remembered) coefficients.shift()
    this.#coefficients.set(worker, coefficients)
  }

  /**
   * The greatest coefficient of a worker that is left when the f greatest are left out: an honest worker has one as great.
   * Undefined until more than f workers have any.
   */
  bound(f: number): number | undefined {
    const greatest = Float64Array.from(this.#coefficients.values(), (ks) => Math.max(...ks)).sort()
    return greatest[greatest.length - 1 - f]
  }
}

/** L2. */
export function distance(a: Float32Array, b: Float32Array): number {
  let squares = 0
  for (let k = 0; k < a.length; k++) squares += ((a[k] as number) - (b[k] as number)) ** 2
  return Math.sqrt(squares)
}
