/**
 * Rounds for which nothing is proven, told as they happen: the first at once, then at most one line every `pauseMs`. Liars that are
 * silent, and links that are slow, decide how many there are.
 */
import type { AgreementReport } from '../agreement/protocol.ts'
import type { Step } from '../mesh/mesh.ts'
import { type Log, lineOf } from '../util/log.ts'
import { daemonError } from './errors.ts'

export const pauseMs = 60_000

export class UnprovenRounds {
  readonly #log: Log
  readonly #now: () => number
  #untold = 0
  #toldAt = Number.NEGATIVE_INFINITY

  /** @param now milliseconds, from any origin */
  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log
    this.#now = now
  }

  /** Takes the report of an agreement of `step` on vectors of `phase`. */
  add(step: Step, phase: string, { unprovenRounds, exchanges }: AgreementReport): void {
    if (unprovenRounds === 0) return
    this.#untold += unprovenRounds
    if (this.#now() - this.#toldAt < pauseMs) return
    const late = Math.max(...exchanges.map(({ late }) => late))
    const problem = { code: 'DAEMON_UNPROVEN_ROUND', step, phase, late } as const
    const [message, { code }] = lineOf(daemonError(problem))
    this.#log.warn(message, { code, ...(this.#untold === 1 ? {} : { times: this.#untold }) })
    this.#untold = 0
    this.#toldAt = this.#now()
  }
}
