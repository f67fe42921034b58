/**
 * Orders in which messages arrive where nothing is known of delays: whatever an adversary may choose within fairness
 * (sim/chosen-line.ts), of which these are named.
 */

import type { PeerId } from '../mesh/mesh.ts'
import { parseTag } from '../mesh/tag.ts'
import type { Pending, Schedule } from '../sim/chosen-line.ts'
import { seededRandom } from '../util/prng.ts'

/** Any message on its way may be the next. */
export function randomOrder(seed: number): Schedule {
  const random = seededRandom(seed, 'order')
  return (pending) => random.below(pending.length)
}

export interface OrderVictims {
  /** In the order of the members. */
  readonly honest: readonly PeerId[]
  readonly liars: ReadonlySet<PeerId>
  /** How many honest members each is to do without: those that an exchange does not wait for. */
  readonly f: number
}

/**
 * What makes an exchange that goes on with the first n - f miss as many honest vectors as it can, others at each member.
 * Exchange by exchange, so that all begin the next together and liars hear what everybody says in it first: what is for a liar,
 * then what a liar says, then what honest members say, and last what those of them say whom the receiver is to do without.
 */
export function adversarialOrder({ honest, liars, f }: OrderVictims): Schedule {
  const ranks = new Map(honest.map((peer, rank) => [peer, rank]))
  const isMissed = (from: PeerId, to: PeerId) => {
    const [said, heard] = [ranks.get(from), ranks.get(to)]
    if (said === undefined || heard === undefined) return false
    const ahead = (said - heard + honest.length) % honest.length
    return ahead >= 1 && ahead <= f
  }
  const turnOf = (from: PeerId, to: PeerId) => {
    if (liars.has(to)) return 0
    if (liars.has(from)) return 1
    return isMissed(from, to) ? 3 : 2
  }
  const tags = new Tags()
  return (pending) => {
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (const [i, one] of pending.entries()) {
      const { exchange, whose } = tags.of(one)
      const cost = 4 * exchange + turnOf(whose ?? one.from, one.to)
      if (cost >= least) continue
      least = cost
      best = i
    }
    return best
  }
}

interface Read {
  /** Exchanges are counted as their first messages are seen. */
  readonly exchange: number
  /** Under reliable broadcast: whose vector it is about. */
  readonly whose: PeerId | undefined
}

/** What is read of a tag is read once: a schedule looks at all that is on its way for each message that arrives. */
class Tags {
  readonly #read = new Map<string, Read>()
  readonly #exchanges = new Map<string, number>()

  of({ tagText }: Pending): Read {
    const known = this.#read.get(tagText)
    if (known !== undefined) return known
    const tag = parseTag(tagText)
    const name = `${tag?.step}/${tag?.phase}/${tag?.hop}`
    const exchange = this.#exchanges.get(name) ?? this.#exchanges.size
    this.#exchanges.set(name, exchange)
    const made = { exchange, whose: tag?.origin }
    this.#read.set(tagText, made)
    return made
  }
}
