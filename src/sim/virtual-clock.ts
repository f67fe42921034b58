/**
 * Virtual time. Events are ordered by (time, number in order of scheduling); all events of one instant run, then one
 * turn of the event loop drains every microtask, so that whatever the peers do next has been scheduled before time moves
 * on. Nothing here reads the machine's clock: the same events give the same run.
 */
import type { Clock, Milliseconds } from '../mesh/clock.ts'
import { simError } from './errors.ts'
import { Heap } from './heap.ts'

interface Event {
  readonly atMs: Milliseconds
  readonly number: number
  readonly happen: () => void
}

interface Hold {
  readonly member: number
  readonly number: number
  readonly settled: Promise<unknown>
  readonly release: () => void
}

export class VirtualClock {
  #now: Milliseconds = 0
  #scheduled = 0
  readonly #events = new Heap<Event>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.number < b.number))
  #holds: Hold[] = []

  now(): Milliseconds {
    return this.#now
  }

  after(ms: Milliseconds, happen: () => void): void {
    this.#events.push({ atMs: this.#now + Math.max(0, ms), number: this.#scheduled++, happen })
  }

  /** The clock as one member sees it. Work that several members hold is released in the order of the members. */
  forMember(member: number): Clock {
    return {
      now: () => this.#now,
      sleep: (ms, { signal } = {}) =>
        new Promise((resolve) => {
          if (signal?.aborted) return resolve()
          const wake = () => {
            signal?.removeEventListener('abort', wake)
            resolve()
          }
          signal?.addEventListener('abort', wake, { once: true })
          this.after(ms, wake)
        }),
      hold: async (work) => {
        const { promise, resolve } = Promise.withResolvers<void>()
        const settled = work.then(ignore, ignore)
        this.#holds.push({ member, number: this.#scheduled++, settled, release: resolve })
        await promise
        return work
      },
    }
  }

  /** Lets time pass until `run` is settled, and returns what it came to. */
  async until<T>(run: Promise<T>, { maxEvents = Number.POSITIVE_INFINITY } = {}): Promise<T> {
    let over = false
    const end = () => {
      over = true
    }
    run.then(end, end)
    await turn()
    for (let events = 0; !over; ) {
      if (this.#holds.length > 0) {
        await this.#releaseHolds()
        continue
      }
      const next = this.#events.peek()
      if (next === undefined) throw simError({ code: 'SIM_STALLED', atMs: this.#now })
      this.#now = next.atMs
      while (this.#events.peek()?.atMs === this.#now) {
        this.#events.pop()?.happen()
        events += 1
      }
      if (events > maxEvents) throw simError({ code: 'SIM_TOO_LONG', atMs: this.#now, events })
      await turn()
    }
    return run
  }

  async #releaseHolds(): Promise<void> {
    const holds = this.#holds
    this.#holds = []
    holds.sort((a, b) => a.member - b.member || a.number - b.number)
    for (const { settled, release } of holds) {
      await settled
      release()
      await turn()
    }
  }
}

/** One turn of the event loop: by then every microtask has run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function ignore(): void {}
