/** Where the time of a step goes, as it goes. */
import type { Clock, Milliseconds } from '../../mesh/clock.ts'
import type { StepTimes } from '../protocol.ts'

export class StepTimer {
  readonly #clock: Clock
  #spent = nothing()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Work of the learner; the mesh's clock is held meanwhile. */
  compute<T>(work: () => Promise<T>): Promise<T> {
    return this.#spend('computeMs', () => this.#clock.hold(work()))
  }

  exchange<T>(work: () => Promise<T>): Promise<T> {
    return this.#spend('exchangeMs', work)
  }

  rule<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#spend('ruleMs', work)
  }

  /** What was spent since this was last asked. */
  take(): StepTimes {
    const spent = this.#spent
    this.#spent = nothing()
    return spent
  }

  async #spend<T>(where: keyof StepTimes, work: () => T | Promise<T>): Promise<T> {
    const began = this.#clock.now()
    try {
      return await work()
    } finally {
      this.#spent[where] += this.#clock.now() - began
    }
  }
}

function nothing(): Record<keyof StepTimes, Milliseconds> {
  return { computeMs: 0, exchangeMs: 0, ruleMs: 0 }
}
