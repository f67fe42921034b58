/** What a run was: written at its end, for people and for scripts. */
import type { DaemonStatus } from './status.ts'

export interface DaemonReport extends DaemonStatus {
  /** Duration of each step in milliseconds, measuring and saving included; the last `maxStepTimes` of them. */
  readonly stepMs: readonly number[]
  /** Where the model is; absent where there is none worth keeping: an attacker's, or after a failure. */
  readonly modelPath?: string
  /** Why learning ended before its last step: AGREEMENT_DIVERGED. */
  readonly failure?: { readonly code: string; readonly message: string }
  /** From start to end, in seconds: loading and waiting included. */
  readonly seconds: number
}

/** Steps whose duration is remembered: an hour at a hundred milliseconds. */
export const maxStepTimes = 36_000

/** The last `maxStepTimes` durations. */
export class StepTimesRecord {
  #times: number[] = []

  readonly add = (stepMs: number): void => {
    this.#times.push(Math.round(stepMs * 100) / 100)
    // Cut now and then, not at every step: moving all of them costs.
    if (this.#times.length > 2 * maxStepTimes) this.#times = this.#times.slice(-maxStepTimes)
  }

  values(): number[] {
    return this.#times.slice(-maxStepTimes)
  }
}
