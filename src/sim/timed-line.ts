/**
 * Links: how long what is said takes to arrive. On each link, from one member to one other, a message first waits until
 * those before it are through, at `bytesPerSecond`; then it is lost with probability `loss` and sent again after
 * `retransmitMs`, as often as it takes; then it travels for a time drawn from `latency`. Messages with different times
 * overtake each other: first in, first out is not promised.
 */
import type { Milliseconds } from '../mesh/clock.ts'
import { Chance } from './chance.ts'
import { simError } from './errors.ts'
import type { Latency } from './latency.ts'
import type { Cargo, Line } from './line.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface Link {
  readonly latency: Latency
  /** How fast bytes leave; what is sent meanwhile queues. @default no limit */
  readonly bytesPerSecond?: number
  /** Probability that a transmission is lost, below 1. @default 0 */
  readonly loss?: number
  /** After how long a lost transmission is repeated, unless it is `lossy`. @default 200 */
  readonly retransmitMs?: Milliseconds
}

/** The link from the member at one position to the member at another. */
export type LinkOf = (from: number, to: number) => Link

const defaultRetransmitMs = 200

/** Positions are below this, so that one float64 holds a delay in ticks (2^33 at most) and a position, and sorts by both. */
const positions = 2 ** 20

export class TimedLine implements Line {
  readonly #clock: VirtualClock
  readonly #linkOf: LinkOf
  readonly #chance = new Chance()
  /** When the bytes sent so far have left, in virtual ms, by link. */
  readonly #freeAt = new Map<number, Milliseconds>()

  constructor(clock: VirtualClock, linkOf: LinkOf) {
    this.#clock = clock
    this.#linkOf = linkOf
  }

  carry(via: number, to: number, cargo: Cargo, arrive: () => void): void {
    const delay = this.#delay(via, to, cargo)
    if (delay !== undefined) this.#clock.after(delay, arrive)
  }

  carryToMany(via: number, receivers: readonly number[], cargo: Cargo, arrive: (to: number) => void): void {
    const packed = new Float64Array(receivers.length)
    let length = 0
    for (const to of receivers) {
      const delay = this.#delay(via, to, cargo)
      if (delay !== undefined) packed[length++] = this.#clock.ticksIn(delay) * positions + to
    }
    const order = packed.subarray(0, length).sort()
    const delayOf = (i: number) => Math.floor((order[i] ?? 0) / positions)
    const happen = (i: number) => arrive((order[i] ?? 0) - delayOf(i) * positions)
    this.#clock.series({ length, delayOf, happen })
  }

  /** Undefined where it never arrives. */
  #delay(via: number, to: number, cargo: Cargo): Milliseconds | undefined {
    const { latency, bytesPerSecond, loss = 0, retransmitMs = defaultRetransmitMs } = this.#linkOf(via, to)
    const chance = this.#chance.of(cargo.key, via, to)
    let delay = bytesPerSecond === undefined ? 0 : this.#queue(via, to, cargo.byteLength / bytesPerSecond)
    while (loss > 0 && chance.uniform() < loss) {
      if (cargo.lossy) return undefined
      delay += retransmitMs
    }
    return delay + latency(chance)
  }

  /** Takes its turn on the link; returns how long from now until it has left. */
  #queue(via: number, to: number, seconds: number): Milliseconds {
    const link = via * positions + to
    const now = this.#clock.now()
    const left = Math.max(now, this.#freeAt.get(link) ?? 0) + 1000 * seconds
    this.#freeAt.set(link, left)
    return left - now
  }
}

/** @throws SIM_BAD_LINK */
export function checkLink(link: Link): Link {
  const { bytesPerSecond = 1, loss = 0, retransmitMs = 0 } = link
  if (!(loss >= 0 && loss < 1))
    throw simError({ code: 'SIM_BAD_LINK', field: 'loss', value: loss, allowed: 'from 0 to below 1' })
  if (!(bytesPerSecond > 0))
    throw simError({
      code: 'SIM_BAD_LINK',
      field: 'bytesPerSecond',
      value: bytesPerSecond,
      allowed: 'above 0',
    })
  if (!(retransmitMs >= 0))
    throw simError({ code: 'SIM_BAD_LINK', field: 'retransmitMs', value: retransmitMs, allowed: '0 or more' })
  return link
}
