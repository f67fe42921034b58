/** The five things that members say to all in a step, said, agreed on and read. */
import { f32, f64 } from '../../mesh/codec.ts'
import type { PeerId, Step } from '../../mesh/mesh.ts'
import type { Cast } from './cast.ts'
import type { Exchanges } from './exchanges.ts'
import {
  type Charges,
  type Commit,
  decodeCharges,
  decodeColumn,
  decodeCommit,
  decodeScalars,
  encodeCharges,
  encodeCommit,
} from './messages.ts'
import { partLength } from './parts.ts'
import { commitmentTo, nonceBytes } from './public-randomness.ts'
import { type Read, readSaid, wellFormed } from './read-said.ts'
import type { Scalars } from './scalars.ts'
import type { Offence } from './standing.ts'
import type { ExchangePhase } from './tags.ts'

export class Council {
  readonly #exchanges: Exchanges
  readonly #step: Step
  readonly #cast: Cast

  constructor(exchanges: Exchanges, step: Step, cast: Cast) {
    this.#exchanges = exchanges
    this.#step = step
    this.#cast = cast
  }

  /** @param deadlines more than one where members have been at work since the last exchange */
  commits(mine: Commit, deadlines: number): Promise<Read<Commit>> {
    const { members, contributors } = this.#cast
    return this.#hear('commit', members, encodeCommit(mine), deadlines, (payload, peer) =>
      wellFormed(decodeCommit(payload, contributors.includes(peer) ? contributors.length : 0)),
    )
  }

  /** @param deadlines as many as it may take to get the parts */
  columns(mine: Float32Array | undefined, dimension: number, deadlines: number): Promise<Read<Float32Array>> {
    const { contributors } = this.#cast
    const said = mine && f32(mine.length).encode(mine)
    return this.#hear('aggregate', contributors, said, deadlines, (payload, peer) => {
      const length = partLength(dimension, contributors.length, contributors.indexOf(peer))
      return wellFormed(decodeColumn(payload, length))
    })
  }

  /** Of the nonces to whose hashes `commits` are. */
  nonces(mine: Uint8Array, commits: ReadonlyMap<PeerId, Commit>): Promise<Read<Uint8Array>> {
    return this.#hear('reveal', this.#cast.members, mine, 1, (payload, peer) => {
      if (payload.length !== nonceBytes) return { offence: 'malformed' }
      const due = commits.get(peer)?.nonce
      const isIt = commitmentTo(payload, this.#step, peer).every((byte, i) => byte === due?.[i])
      return isIt ? { value: payload } : { offence: 'nonce' }
    })
  }

  scalars(mine: Scalars | undefined): Promise<Read<Scalars>> {
    const { contributors } = this.#cast
    return this.#hear('scalars', contributors, mine && f64(mine.length).encode(mine), 1, (payload) =>
      wellFormed(decodeScalars(payload, contributors.length)),
    )
  }

  charges(mine: Charges): Promise<Read<Charges>> {
    return this.#hear('accuse', this.#cast.members, encodeCharges(mine, this.#cast), 1, (payload) =>
      wellFormed(decodeCharges(payload, this.#cast)),
    )
  }

  async #hear<T>(
    phase: ExchangePhase,
    speakers: readonly PeerId[],
    mine: Uint8Array | undefined,
    deadlines: number,
    read: (payload: Uint8Array, speaker: PeerId) => { readonly value: T } | { readonly offence: Offence },
  ): Promise<Read<T>> {
    const said = await this.#exchanges.hear({ step: this.#step, phase, speakers, mine, deadlines })
    return readSaid(said, speakers, read)
  }
}
