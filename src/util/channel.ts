/**
 * From push to pull: what one side pushes, the other reads with `for await`, in order. Unbounded: the one who pushes
 * answers for how much.
 */
export class Channel<T> {
  readonly #waiting: T[] = []
  #wake: (() => void) | undefined
  #open = true

  push(value: T): void {
    if (!this.#open) return
    this.#waiting.push(value)
    this.#wake?.()
  }

  /** Ends the reader's loop, also where values are still waiting. */
  close(): void {
    this.#open = false
    this.#waiting.length = 0
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#open && this.#waiting.length > 0) yield this.#waiting.shift() as T
      if (!this.#open) return
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
    }
  }
}

/** A channel's values until `signal` aborts; `onEnd` runs once, however the reader leaves. */
export async function* untilAborted<T>(
  channel: Channel<T>,
  signal: AbortSignal,
  onEnd: () => void,
): AsyncGenerator<T, void, undefined> {
  const close = () => channel.close()
  if (signal.aborted) close()
  signal.addEventListener('abort', close, { once: true })
  try {
    yield* channel
  } finally {
    signal.removeEventListener('abort', close)
    onEnd()
  }
}
