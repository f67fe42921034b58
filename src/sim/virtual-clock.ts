/**
 * Virtual time. It passes in whole ticks, so that no rounding of sums ever decides what comes first. Events are ordered by
 * (tick, number in order of scheduling); all events of one instant run, then one turn of the event loop drains every
 * microtask, so that whatever the peers do next has been scheduled before time moves on. Nothing here reads the machine's
 * clock: the same events give the same run.
 */
import type { Clock, Milliseconds } from '../mesh/clock.ts'
import { simError } from './errors.ts'
import { Heap } from './heap.ts'

/** Something that is to happen, and may be called off before. */
export interface Event {
  cancelled: boolean
}

/** Many things that are to happen one after another: one entry of the agenda, however many they are. */
export interface Series {
  readonly length: number
  /** Ticks from now; they do not decrease with i. */
  delayOf(i: number): number
  happen(i: number): void
}

interface Entry extends Event {
  tick: number
  readonly number: number
  /** Runs what is due, and returns the tick of what is next, or undefined where nothing is. */
  readonly run: (now: number) => number | undefined
}

interface Hold {
  readonly member: number
  readonly number: number
  readonly settled: Promise<unknown>
  readonly release: () => void
}

/** A member's process, as long as it runs. */
export interface Life {
  isOver: boolean
}

export interface VirtualClockOptions {
  /** Times are rounded to 1/ticksPerMs ms. Fewer ticks are fewer turns of the event loop. @default 1000 */
  readonly ticksPerMs?: number
}

export class VirtualClock {
  readonly #ticksPerMs: number
  #tick = 0
  #scheduled = 0
  #happened = 0
  readonly #agenda = new Heap<Entry>((a, b) => a.tick < b.tick || (a.tick === b.tick && a.number < b.number))
  #holds: Hold[] = []
  #atEnd: (() => void)[] = []

  constructor({ ticksPerMs = 1000 }: VirtualClockOptions = {}) {
    this.#ticksPerMs = ticksPerMs
  }

  now(): Milliseconds {
    return this.#tick / this.#ticksPerMs
  }

  ticksIn(ms: Milliseconds): number {
    return Math.max(0, Math.round(ms * this.#ticksPerMs))
  }

  /** Events so far, those of series counted one by one. */
  get happened(): number {
    return this.#happened
  }

  /** Never, where `ms` is infinite: a run in which nothing else is left to happen is stalled. */
  after(ms: Milliseconds, happen: () => void): Event {
    if (ms === Number.POSITIVE_INFINITY) return { cancelled: true }
    return this.#schedule(this.#tick + this.ticksIn(ms), () => {
      this.#happened += 1
      happen()
      return undefined
    })
  }

  series(series: Series): void {
    if (series.length === 0) return
    const start = this.#tick
    let i = 0
    this.#schedule(start + series.delayOf(0), (now) => {
      for (; i < series.length; i++) {
        const due = start + series.delayOf(i)
        if (due > now) return due
        this.#happened += 1
        series.happen(i)
      }
      return undefined
    })
  }

  /** Runs `happen` once all events of this instant have, before anybody who was woken goes on. */
  atEndOfInstant(happen: () => void): void {
    this.#atEnd.push(happen)
  }

  /**
   * The clock as one member sees it. Work that several members hold is released in the order of the members.
   *
   * @param workMs virtual time that a member's held work takes, each time; none if absent
   */
  forMember(member: number, life: Life = { isOver: false }, workMs: () => Milliseconds = () => 0): Clock {
    const sleep: Clock['sleep'] = (ms, { signal } = {}) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const wake = () => {
          signal?.removeEventListener('abort', wake)
          event.cancelled = true
          if (!life.isOver) resolve()
        }
        const event = this.after(ms, wake)
        signal?.addEventListener('abort', wake, { once: true })
      })
    return {
      now: () => this.now(),
      sleep,
      hold: async (work) => {
        const { promise, resolve } = Promise.withResolvers<void>()
        const release = () => {
          if (!life.isOver) resolve()
        }
        this.#holds.push({ member, number: this.#scheduled++, settled: work.then(ignore, ignore), release })
        await promise
        const ms = workMs()
        if (ms > 0) await sleep(ms)
        return work
      },
    }
  }

  /**
   * Lets time pass until `run` is settled, and returns what it came to.
   *
   * @throws SIM_STALLED where nothing is left to happen, SIM_TOO_LONG after `maxEvents`
   */
  async until<T>(run: Promise<T>, { maxEvents = Number.POSITIVE_INFINITY } = {}): Promise<T> {
    let over = false
    const end = () => {
      over = true
    }
    run.then(end, end)
    const last = this.#happened + maxEvents
    await turn()
    while (!over) {
      if (this.#holds.length > 0) await this.#releaseHolds()
      else this.#nextInstant()
      if (this.#happened > last)
        throw simError({ code: 'SIM_TOO_LONG', atMs: this.now(), events: this.#happened })
      await turn()
    }
    return run
  }

  #nextInstant(): void {
    const agenda = this.#agenda
    while (agenda.peek()?.cancelled) agenda.pop()
    const first = agenda.peek()
    if (first === undefined) throw simError({ code: 'SIM_STALLED', atMs: this.now() })
    this.#tick = first.tick
    for (let entry = agenda.peek(); entry?.tick === this.#tick; entry = agenda.peek()) {
      agenda.pop()
      if (entry.cancelled) continue
      const next = entry.run(this.#tick)
      if (next === undefined) continue
      entry.tick = next
      agenda.push(entry)
    }
    const ending = this.#atEnd
    this.#atEnd = []
    for (const happen of ending) happen()
  }

  /** All work that is held at one instant ends before any of it is released, so how long it really took decides nothing. */
  async #releaseHolds(): Promise<void> {
    const holds = this.#holds
    this.#holds = []
    await Promise.all(holds.map(({ settled }) => settled))
    holds.sort((a, b) => a.member - b.member || a.number - b.number)
    for (const { release } of holds) release()
  }

  #schedule(tick: number, run: Entry['run']): Entry {
    const entry = { tick, number: this.#scheduled++, run, cancelled: false }
    this.#agenda.push(entry)
    return entry
  }
}

/** One turn of the event loop: by then every microtask has run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function ignore(): void {}
