/**
 * Chance of single messages, without a generator for each of a million links: what is drawn is a function of the seed, of
 * the message and of the two ends, so a message more or less changes nothing for the others.
 */
import type { Random } from '../util/prng.ts'
import { RunningHash, scramble } from '../util/running-hash.ts'

/** Equal for equal names under one seed: what a message is called in `Chance.of`. */
export function keyOf(seed: number, ...names: readonly string[]): number {
  const hash = new RunningHash()
  hash.text(`${seed}`)
  for (const name of names) hash.text(name)
  return hash.short()
}

/** One stream at a time: `of` turns it to the message at hand. */
export class Chance implements Pick<Random, 'uniform'> {
  #state = 0
  #drawn = 0

  /** This stream, turned to the message `key` from one position to another. Valid until the next call. */
  of(key: number, from: number, to: number): this {
    this.#state = scramble(key ^ scramble(from * 0x10001 + 1) ^ (scramble(to + 0x51ed27) << 1))
    this.#drawn = 0
    return this
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    const high = this.#word() >>> 5
    return (high * 0x4000000 + (this.#word() >>> 6)) / 0x20000000000000
  }

  /** Weyl sequence, scrambled: SplitMix (Steele, Lea, Flood, 2014) in 32 bits. */
  #word(): number {
    this.#drawn = (this.#drawn + 0x9e3779b9) | 0
    return scramble((this.#state + this.#drawn) | 0)
  }
}
