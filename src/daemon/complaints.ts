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
  /** Of a member's fault. Members and kinds of faults are few, so each is told apart however many strangers come. */
  readonly isMember?: boolean
}

export interface ComplaintCount {
  readonly peer: string
  readonly code: string
  readonly count: number
}

/** Lines about one peer and one code are at least this far apart. */
export const pauseMs = 10_000

/** Distinct (peer, code) pairs of strangers that are told apart. Whatever comes after them is counted under `other peers`. */
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
  readonly #members = new Map<string, Entry>()
  readonly #strangers = new Map<string, Entry>()

  /**
   * @param write where lines go: `log.warn` for what somebody is blamed for
   * @param now milliseconds, from any origin
   */
  constructor(write: Log['warn'], now: () => number = () => performance.now()) {
    this.#write = write
    this.#now = now
  }

  add({ peer, code, message, isMember = false }: Complaint): void {
    const entry = isMember ? entryOf(this.#members, peer, code) : this.#strangerOf(peer, code)
    entry.count++
    if (this.#now() - entry.toldAt < pauseMs) return
    const times = entry.count - entry.told
    entry.told = entry.count
    entry.toldAt = this.#now()
    this.#write(message, { code, peer, ...(times === 1 ? {} : { times }) })
  }

  counts(): ComplaintCount[] {
    return [...this.#members.values(), ...this.#strangers.values()].map(({ peer, code, count }) => ({
      peer,
      code,
      count,
    }))
  }

  #strangerOf(peer: string, code: string): Entry {
    const isFull = this.#strangers.size >= maxDistinct && !this.#strangers.has(keyOf(peer, code))
    return entryOf(this.#strangers, isFull ? 'other peers' : peer, code)
  }
}

function keyOf(peer: string, code: string): string {
  return `${peer} ${code}`
}

function entryOf(entries: Map<string, Entry>, peer: string, code: string): Entry {
  const known = entries.get(keyOf(peer, code))
  if (known !== undefined) return known
  const entry = { peer, code, count: 0, told: 0, toldAt: Number.NEGATIVE_INFINITY }
  entries.set(keyOf(peer, code), entry)
  return entry
}
