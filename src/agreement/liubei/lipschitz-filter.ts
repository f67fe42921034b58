/**
 * LiuBei's Lipschitz filter: how fast the gradient changes on the way to a pulled model, held against how fast it changed on
 * the ways to earlier ones.
 *
 * Every coefficient that was computed is kept, whatever came of it. Were those of accepted models kept alone, the quantile
 * would be taken of what is below the quantile: it falls until next to nothing is accepted (docs/protocols/liubei.md).
 */

export interface LipschitzFilterOptions {
  /** Servers, and how many of them may lie: (servers - f_s) / servers of the coefficients are taken for honest. */
  readonly servers: number
  readonly serverF: number
  /** Coefficients that are kept, the newest. */
  readonly window: number
}

export class LipschitzFilter {
  readonly #options: LipschitzFilterOptions
  /** In the order in which they came. */
  readonly #kept: number[] = []

  constructor(options: LipschitzFilterOptions) {
    this.#options = options
  }

  /** k <= K_p. Anything is, while there are fewer coefficients than servers. */
  accepts(k: number): boolean {
    return this.#kept.length < this.#options.servers || k <= this.bound
  }

  /** K_p: the least coefficient that (servers - f_s) / servers of those kept do not exceed; 0 while there is none. */
  get bound(): number {
    const { servers, serverF } = this.#options
    const ascending = [...this.#kept].sort((a, b) => a - b)
    return ascending[Math.ceil(((servers - serverF) * ascending.length) / servers) - 1] ?? 0
  }

  keep(k: number): void {
    this.#kept.push(k)
    if (this.#kept.length > this.#options.window) this.#kept.shift()
  }
}
