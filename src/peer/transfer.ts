/**
 * A payload on its way in: one allocation of the announced length, filled chunk by chunk, each checked before it is kept.
 * It outlives the servers: where one lies or stops, the next goes on from the first chunk that is missing. Several may fill it
 * at once.
 */
import type { Uint8ArrayList } from 'uint8arraylist'
import { copyOf } from '../gossip/byte-writer.ts'
import {
  type ChunkHashes,
  chunkAt,
  chunkCount,
  hashAt,
  hashChunk,
  rootOf,
  sameBytes,
} from '../gossip/chunks.ts'
import type { Envelope } from '../gossip/envelope.ts'
import { digestBytes } from '../gossip/limits.ts'

export interface Payload {
  /** Starts at a multiple of 8. */
  readonly bytes: Uint8Array
  readonly hashes: ChunkHashes
  /** Whether its place may hold something else by now; absent where it has its place to itself. */
  readonly isForgotten?: () => boolean
}

/** A transfer's place in memory, taken once it is known that somebody has the payload. */
export interface Place {
  take(byteLength: number): Uint8Array
  isForgotten(): boolean
}

export class Transfer {
  readonly envelope: Envelope
  readonly #chunks: number
  readonly #place: Place
  #nextChunk = 0
  #payload: Payload | undefined

  constructor(envelope: Envelope, place: Place) {
    this.envelope = envelope
    this.#place = place
    this.#chunks = chunkCount(envelope.byteLength)
  }

  /** The first chunk that is missing. */
  get nextChunk(): number {
    return this.#nextChunk
  }

  /** The payload, once it is whole. */
  get whole(): Payload | undefined {
    return this.#nextChunk === this.#chunks ? this.#payload : undefined
  }

  /** Takes the list of hashes that a server sent; false where it is not the one that was announced. */
  acceptHashes(hashes: Uint8Array): boolean {
    const { byteLength, digest } = this.envelope
    if (hashes.byteLength !== this.#chunks * digestBytes) return false
    if (!sameBytes(rootOf(hashes, byteLength), digest)) return false
    // Not before now: nothing is taken for a payload that nobody has. Nobody sees what is in it before it is whole.
    this.#payload ??= {
      bytes: this.#place.take(byteLength),
      hashes: copyOf(hashes),
      isForgotten: () => this.#place.isForgotten(),
    }
    return true
  }

  /**
   * Takes chunk `index`, the next one or one that another server was faster to bring; false, and nothing kept, where it is
   * not the one that was announced.
   */
  acceptChunk(index: number, chunk: Uint8ArrayList): boolean {
    if (this.#payload === undefined || index > this.#nextChunk || index >= this.#chunks) return false
    const { bytes, hashes } = this.#payload
    const place = chunkAt(bytes, index)
    if (chunk.byteLength !== place.byteLength) return false
    if (!sameBytes(hashChunk(chunk), hashAt(hashes, index))) return false
    if (index < this.#nextChunk) return true
    let offset = 0
    for (const piece of chunk) {
      place.set(piece, offset)
      offset += piece.byteLength
    }
    this.#nextChunk += 1
    return true
  }
}
