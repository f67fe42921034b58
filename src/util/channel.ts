/**
 * From push to pull: what one side pushes, the other reads with `for await`, in order. Unbounded: the one who pushes
 * answers for how much. Iterators by hand, not generators: a generator inside a generator costs several microtasks a value,
 * and in the simulator every delivery goes this way.
 */
export class Channel<T> implements AsyncIterableIterator<T, void, undefined> {
  #waiting: T[] = []
  /** How many of `#waiting` were read. */
  #read = 0
  #reader: ((result: IteratorResult<T, void>) => void) | undefined
  #open = true

  push(value: T): void {
    if (!this.#open) return
    const reader = this.#reader
    if (reader === undefined) {
      this.#waiting.push(value)
      return
    }
    this.#reader = undefined
    reader({ done: false, value })
  }

  /** Ends the reader's loop, also where values are still waiting. */
  close(): void {
    this.#open = false
    this.#waiting = []
    this.#reader?.({ done: true, value: undefined })
  }

  next(): Promise<IteratorResult<T, void>> {
    if (!this.#open) return Promise.resolve({ done: true, value: undefined })
    if (this.#read < this.#waiting.length) {
      const value = this.#waiting[this.#read++] as T
      if (this.#read === this.#waiting.length) {
        this.#waiting = []
        this.#read = 0
      }
      return Promise.resolve({ done: false, value })
    }
    return new Promise((resolve) => {
      this.#reader = resolve
    })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

/** A channel's values until `signal` aborts; `onEnd` runs once, however the reader leaves. */
export function untilAborted<T>(
  channel: Channel<T>,
  signal: AbortSignal,
  onEnd: () => void,
): AsyncIterableIterator<T, void, undefined> {
  let isOver = false
  const end = () => {
    if (isOver) return
    isOver = true
    signal.removeEventListener('abort', end)
    channel.close()
    onEnd()
  }
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  return {
    next: () => channel.next(),
    return: async () => {
      end()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
