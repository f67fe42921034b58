/** Lets at most so many through at once, for each key; the others wait in line. */
export class Turnstile {
  readonly #capacity: number
  readonly #lines = new Map<string, { inside: number; readonly waiting: (() => void)[] }>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Runs `work` once there is room. */
  async through<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { inside: 0, waiting: [] }
    this.#lines.set(key, line)
    if (line.inside < this.#capacity) line.inside += 1
    else await new Promise<void>((resolve) => line.waiting.push(resolve))
    try {
      return await work()
    } finally {
      // Who leaves hands the place to the next in line, so `inside` only falls when nobody waits.
      const next = line.waiting.shift()
      if (next !== undefined) next()
      else if (--line.inside === 0) this.#lines.delete(key)
    }
  }
}
