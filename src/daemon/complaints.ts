/**
 * What others do wrong, told once: one line for the first of each (peer, code), then at most one every `pauseMs` with how
 * many there were. Others decide how often they do wrong, so everything here is bounded.
 */
import type { Log } from '../util/log.ts'

export interface Complaint {
  /** A peer id, or an address where no id is known. */
  readonly peer: string
  readonly code: string
  readonly message: string
}

export interface ComplaintCount {
  readonly peer: string
  readonly code: string
  readonly count: number
}

/** Lines about one peer and one code are at least this far apart. */
export const pauseMs = 10_000

/** Distinct (peer, code) pairs that are told apart. Whatever comes after them is counted under `other peers`. */
export const maxDistinct = 4096

interface Entry {
  readonly peer: string
  readonly code: string
  count: number
  /** How many had been told of when the last line was written, and when that was. */
  told: number
  toldAt: number
}

export class Complaints {
  readonly #write: Log['warn']
  readonly #now: () => number
  readonly #entries = new Map<string, Entry>()

  /**
   * @param write where lines go: `log.warn` for what somebody is blamed for
   * @param now milliseconds, from any origin
   */
  constructor(write: Log['warn'], now: () => number = () => performance.now()) {
    this.#write = write
    this.#now = now
  }

  add({ peer, code, message }: Complaint): void {
    const entry = this.#entryOf(peer, code)
    entry.count++
    if (this.#now() - entry.toldAt < pauseMs) return
    const times = entry.count - entry.told
    entry.told = entry.count
    entry.toldAt = this.#now()
    this.#write(message, { code, peer, ...(times === 1 ? {} : { times }) })
  }

  counts(): ComplaintCount[] {
    return [...this.#entries.values()].map(({ peer, code, count }) => ({ peer, code, count }))
  }

  #entryOf(peer: string, code: string): Entry {
    const known = this.#entries.get(`${peer} ${code}`)
    if (known !== undefined) return known
    if (this.#entries.size >= maxDistinct && peer !== 'other peers') return this.#entryOf('other peers', code)
    const entry = { peer, code, count: 0, told: 0, toldAt: Number.NEGATIVE_INFINITY }
    this.#entries.set(`${peer} ${code}`, entry)
    return entry
  }
}
