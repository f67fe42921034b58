/**
 * How long a peer's work for a step goes on: beyond the step itself, since slower members may still need its words, and until
 * the step leaves the window, when nobody takes them any more.
 */
import type { Step } from '../mesh/mesh.ts'

/** One for all: to make one, with its stack trace, costs more than a step of a small model. */
const forgotten = new DOMException('the step is forgotten', 'AbortError')

export class StepScopes {
  readonly #window: number
  readonly #open = new Map<Step, AbortController>()

  /** @param signal ends all of them */
  constructor(window: number, signal: AbortSignal) {
    this.#window = window
    const end = () => this.#close(() => true)
    signal.addEventListener('abort', end, { once: true })
  }

  /** Ends what is older than the window of `step`, and returns the signal of the work for it. Steps only grow. */
  enter(step: Step): AbortSignal {
    this.#close((old) => old < step - this.#window)
    const scope = new AbortController()
    this.#open.set(step, scope)
    return scope.signal
  }

  #close(isOver: (step: Step) => boolean): void {
    for (const [step, scope] of this.#open) {
      if (!isOver(step)) continue
      this.#open.delete(step)
      scope.abort(forgotten)
    }
  }
}
