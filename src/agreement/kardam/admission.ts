/**
 * Which gradients the server takes: those that pass both filters, and, where they are too few, the least growing of those that
 * the Lipschitz filter keeps out, shortened.
 *
 * Invariants:
 * 1. Any 2f+1 gradients that are taken in a row come from as many workers: nothing goes past the frequency filter.
 * 2. What is taken keeps to a coefficient that an honest worker has, or is no longer than an honest gradient of the same update.
 * 3. Once n - f workers have answered since the model was said, whatever they answered, the update has its gradients. So f
 *    silent workers stop nothing. Why there are enough: of n - f workers at most 2f are kept out for being recent, and the
 *    n - 3f others are no fewer than an update needs.
 */
import type { PeerId } from '../../mesh/mesh.ts'
import { FrequencyFilter } from './frequency-filter.ts'
import { type Answer, distance, Growth } from './growth.ts'

export interface AdmissionSizes {
  readonly n: number
  readonly f: number
  /** M: gradients of an update. At most n - 3f. */
  readonly perUpdate: number
}

/** The server's model, and the one before; undefined before the first update. */
export interface Place {
  readonly model: Float32Array
  readonly before: Float32Array | undefined
}

/** `no-bound` until more than f workers have a coefficient: then the Lipschitz filter lets nobody through. */
export type Verdict = 'passes' | 'grows-too-fast' | 'no-bound' | 'too-frequent'

export interface Taken extends Answer {
  /** Whether the Lipschitz filter had kept it out. */
  readonly isEscape: boolean
}

export interface Judged {
  /** Of this answer. */
  readonly verdict: Verdict
  /** What is taken now: this answer, earlier ones, or nothing. */
  readonly taken: readonly Taken[]
}

interface Held {
  readonly answer: Answer
  readonly growth: number
}

export class Admission {
  readonly #sizes: AdmissionSizes
  readonly #growth = new Growth()
  readonly #frequency: FrequencyFilter
  #lastTaken: Float32Array | undefined
  // Of the update that is under way:
  /** How long each worker's newest gradient is. */
  #lengths = new Map<PeerId, number>()
  #held = new Map<PeerId, Held>()
  #count = 0

  constructor(sizes: AdmissionSizes) {
    this.#sizes = sizes
    this.#frequency = new FrequencyFilter(sizes.f)
  }

  /** Whether the update has its gradients. */
  get isFull(): boolean {
    return this.#count === this.#sizes.perUpdate
  }

  /** Whether the worker has said something since the model was said. */
  hasAnswered(worker: PeerId): boolean {
    return this.#lengths.has(worker)
  }

  /** A model was said: the next update begins. */
  begin(): void {
    this.#lengths = new Map()
    this.#held = new Map()
    this.#count = 0
  }

  /** Not to be asked once it is full. `answer` is kept: nobody may write to it. */
  judge(answer: Answer, place: Place): Judged {
    this.#growth.note(answer)
    this.#lengths.set(answer.worker, lengthOf(answer.gradient))
    const growth = this.#growthOf(answer, place)
    const verdict = this.#verdictOn(answer, growth)
    if (verdict === 'passes') return { verdict, taken: [this.#take(answer, false), ...this.#escape()] }
    if (verdict !== 'too-frequent') this.#held.set(answer.worker, { answer, growth })
    return { verdict, taken: this.#escape() }
  }

  #verdictOn({ worker }: Answer, growth: number): Verdict {
    if (!this.#frequency.passes(worker)) return 'too-frequent'
    const bound = this.#growth.bound(this.#sizes.f)
    if (bound === undefined) return 'no-bound'
    return growth <= bound ? 'passes' : 'grows-too-fast'
  }

  /** How much it differs from the last one that was taken, for how much the last update moved the model. */
  #growthOf({ gradient }: Answer, { model, before }: Place): number {
    if (this.#lastTaken === undefined || before === undefined) return lengthOf(gradient)
    const change = distance(gradient, this.#lastTaken)
    return change === 0 ? 0 : change / distance(model, before)
  }

  #take(answer: Answer, isEscape: boolean): Taken {
    this.#frequency.taken(answer.worker)
    this.#held.delete(answer.worker)
    this.#lastTaken = answer.gradient
    this.#count += 1
    return { ...answer, isEscape }
  }

  /** Nobody else need ever answer at this model: what is missing is made up from what is held. */
  #escape(): Taken[] {
    const { n, f } = this.#sizes
    const taken: Taken[] = []
    while (!this.isFull && this.#lengths.size >= n - f) {
      // None of them is recent: whoever is taken is held no longer.
      const [least] = [...this.#held.values()].sort((a, b) => a.growth - b.growth)
      if (least === undefined) return taken
      const { answer } = least
      taken.push(this.#take({ ...answer, gradient: shortened(answer.gradient, this.#usualLength()) }, true))
    }
    return taken
  }

  /** The median: of n - f answers more than f are as long or longer, so an honest one is. */
  #usualLength(): number {
    const lengths = Float64Array.from(this.#lengths.values()).sort()
    return lengths[Math.floor((lengths.length - 1) / 2)] ?? 0
  }
}

/** L2. */
function lengthOf(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))
}

function shortened(vector: Float32Array, longest: number): Float32Array {
  const length = lengthOf(vector)
  return length <= longest ? vector : vector.map((x) => (x * longest) / length)
}
