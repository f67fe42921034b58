/**
 * Asynchrony: nothing is known of delays, and an adversary says which of the messages on their way arrives next. It must be
 * fair: once the oldest has been passed over `patience` times, it is the next. So a message that has k older ones before it
 * arrives after at most patience + k choices.
 */
import type { Milliseconds } from '../mesh/clock.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { simError } from './errors.ts'
import type { Cargo, Line } from './line.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A message on its way, as the adversary sees it; what is in it, it may overhear by other means. */
export interface Pending {
  /** Who sent it to whom; `from` is who said it first, or, of a question, who asks. */
  readonly via: PeerId
  readonly to: PeerId
  readonly from: PeerId
  readonly tagText: string
}

/** Position of the message that arrives next among `pending`, which are in the order in which they were sent; at least one. */
export type Schedule = (pending: readonly Pending[]) => number

export interface ChosenLineOptions {
  readonly clock: VirtualClock
  readonly peers: readonly PeerId[]
  readonly schedule: Schedule
  /** @default 1000 */
  readonly patience?: number
  /** Virtual time between two choices, for those who sleep. @default 1 */
  readonly choiceMs?: Milliseconds
}

interface InFlight {
  readonly pending: Pending
  readonly sentAt: number
  readonly arrive: () => void
}

export class ChosenLine implements Line {
  readonly #options: ChosenLineOptions
  readonly #inFlight: InFlight[] = []
  readonly #pending: Pending[] = []
  #choices = 0
  #isChoosing = false

  constructor(options: ChosenLineOptions) {
    this.#options = options
  }

  carry(via: number, to: number, { from, tagText }: Cargo, arrive: () => void): void {
    const { peers } = this.#options
    const pending = { via: peers[via] ?? '', to: peers[to] ?? '', from, tagText }
    this.#inFlight.push({ pending, sentAt: this.#choices, arrive })
    this.#pending.push(pending)
    this.#chooseLater()
  }

  carryToMany(via: number, receivers: readonly number[], cargo: Cargo, arrive: (to: number) => void): void {
    for (const to of receivers) this.carry(via, to, cargo, () => arrive(to))
  }

  #chooseLater(): void {
    if (this.#isChoosing || this.#inFlight.length === 0) return
    this.#isChoosing = true
    this.#options.clock.after(this.#options.choiceMs ?? 1, () => {
      this.#isChoosing = false
      const chosen = this.#choice()
      this.#choices += 1
      this.#pending.splice(chosen, 1)
      const [{ arrive } = { arrive: () => {} }] = this.#inFlight.splice(chosen, 1)
      arrive()
      this.#chooseLater()
    })
  }

  #choice(): number {
    const { schedule, patience = 1000 } = this.#options
    const waited = this.#choices - (this.#inFlight[0]?.sentAt ?? 0)
    if (waited >= patience) return 0
    const choice = schedule(this.#pending)
    if (!Number.isInteger(choice) || choice < 0 || choice >= this.#inFlight.length)
      throw simError({ code: 'SIM_BAD_CHOICE', choice, pending: this.#inFlight.length })
    return choice
  }
}
