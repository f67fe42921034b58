/** What the agreements of a run did to the true honest spread: how many there were to shrink it, what they left, and which failed. */

/** Of one phase. Spreads are largest L2 distances between two honest members' vectors. */
export interface MeasuredContraction {
  /** Agreements that had a spread to shrink: honest members that all agree already leave nothing to do. */
  readonly agreements: number
  /** Those of them after which the spread was not smaller than before. */
  readonly unshrunk: number
  /** Mean over them of the spread after by the spread before; null where there were none. */
  readonly factor: number | null
  /** The true honest spread before and after the last agreement of all. */
  readonly before: number
  readonly after: number
}

export class ContractionTally {
  #last: Pick<MeasuredContraction, 'before' | 'after'> | undefined
  #agreements = 0
  #unshrunk = 0
  #factors = 0

  /** @param isSettled whether `before` is as small as float32 can make it, so that nothing need shrink */
  add(before: number, after: number, isSettled: boolean): void {
    this.#last = { before, after }
    if (isSettled) return
    this.#agreements += 1
    this.#factors += after / before
    if (after >= before) this.#unshrunk += 1
  }

  /** Null where there was no agreement. */
  total(): MeasuredContraction | null {
    if (this.#last === undefined) return null
    const agreements = this.#agreements
    const factor = agreements === 0 ? null : this.#factors / agreements
    return { agreements, unshrunk: this.#unshrunk, factor, ...this.#last }
  }
}
