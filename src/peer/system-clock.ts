/** The machine's time as a mesh's clock: monotonic milliseconds. */
import type { Clock } from '../mesh/clock.ts'

export const systemClock: Clock = {
  now: () => performance.now(),
  async sleep(ms, { signal } = {}) {
    if (signal?.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    const wake = () => resolve()
    signal?.addEventListener('abort', wake, { once: true })
    await promise
    clearTimeout(timer)
    signal?.removeEventListener('abort', wake)
  },
  hold: (work) => work,
}
