/** The free ranges of an address space: first fit, neighbours joined as soon as both are free. */

interface Range {
  from: number
  to: number
}

export class FreeList {
  /** Ascending; no two of them touch. */
  readonly #ranges: Range[] = []

  /** The first `size` addresses that are free in a row, from now on taken; undefined where there are none. O(ranges). */
  take(size: number): number | undefined {
    const position = this.#ranges.findIndex(({ from, to }) => to - from >= size)
    const range = this.#ranges[position]
    if (range === undefined) return undefined
    const { from } = range
    range.from += size
    if (range.from === range.to) this.#ranges.splice(position, 1)
    return from
  }

  /** Makes from..to-1 free. They must be taken, or beyond everything that was ever given. O(ranges). */
  give(from: number, to: number): void {
    const found = this.#ranges.findIndex((range) => range.from >= to)
    const position = found < 0 ? this.#ranges.length : found
    const [before, after] = [this.#ranges[position - 1], this.#ranges[position]]
    const joinsBefore = before?.to === from
    const joinsAfter = after?.from === to
    if (joinsBefore && joinsAfter) {
      before.to = after.to
      this.#ranges.splice(position, 1)
    } else if (joinsBefore) before.to = to
    else if (joinsAfter) after.from = from
    else this.#ranges.splice(position, 0, { from, to })
  }
}
