/** A terminal with one live line, or block of lines, at its end: rewritten in place, with what is printed above it. */

/** The part of a stream that is needed here. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export class Screen {
  readonly #output: Output
  #live: readonly string[] = []

  constructor(output: Output) {
    this.#output = output
  }

  /** Whether lines can be rewritten in place. */
  get isLive(): boolean {
    return this.#output.isTTY === true
  }

  /** Prints a line for good. */
  print(line: string): void {
    this.#erase()
    this.#output.write(`${line}\n`)
    this.#draw()
  }

  /** Replaces the live lines. Nothing where the output cannot be rewritten. */
  show(lines: readonly string[]): void {
    if (!this.isLive) return
    this.#erase()
    this.#live = lines.map((line) => line.slice(0, (this.#output.columns ?? 80) - 1))
    this.#draw()
  }

  /** Leaves the live lines where they are and starts anew below them. */
  settle(): void {
    this.#live = []
  }

  #erase(): void {
    // Up by as many lines as are live, then clear to the end of the screen.
    if (this.#live.length > 0) this.#output.write(`\x1b[${this.#live.length}F\x1b[J`)
  }

  #draw(): void {
    if (this.#live.length > 0) this.#output.write(`${this.#live.join('\n')}\n`)
  }
}
