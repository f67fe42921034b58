/** Several sources, one loop. */
import { Channel, untilAborted } from './channel.ts'

/**
 * The values of all `sources` in the order in which they come, until `signal` aborts. A source that fails ends the loop
 * with its error; a source that ends leaves the others going.
 */
export async function* merge<T>(
  sources: readonly AsyncIterable<T>[],
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const channel = new Channel<{ readonly value: T } | { readonly error: unknown }>()
  const pumps = sources.map(async (source) => {
    try {
      for await (const value of source) channel.push({ value })
    } catch (error) {
      channel.push({ error })
    }
  })
  for await (const item of untilAborted(channel, signal, () => {})) {
    if ('error' in item) throw item.error
    yield item.value
  }
  await Promise.all(pumps)
}

/** The values of `source`, each made into something else. */
export async function* mapped<T, U>(
  source: AsyncIterable<T>,
  make: (value: T) => U,
): AsyncGenerator<U, void, undefined> {
  for await (const value of source) yield make(value)
}
