/**
 * What happened, delivery by delivery. Two runs with the same seed have the same trace, so its hash says whether a run was
 * reproduced. Lines are written only for whom somebody asked: a sink, or the tail that a failing test prints.
 *
 *     12.345 p003>p001 p002 1/gradient/value/0 0 48
 *
 * Virtual ms, three decimals; from whom to whom, which is not its origin where it was passed on; the origin; the tag; which
 * of the origin's payloads under that tag, from 0, so that 1 and above are the lies of an equivocator; its length in bytes.
 * One line a delivery, also for what the receiver then refuses, in the order in which they happen.
 */
import type { Milliseconds } from '../mesh/clock.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { RunningHash } from '../util/running-hash.ts'
import type { Publication } from './publications.ts'

/** Takes the trace line by line, without line ends: writes a file, or counts. */
export type TraceSink = (line: string) => void

export interface TraceClock {
  nowInTicks(): number
  now(): Milliseconds
}

interface Note {
  readonly atMs: Milliseconds
  readonly via: number
  readonly to: number
  readonly publication: Publication
}

/** Lines that are kept for whoever asks what happened last. */
export const tailLength = 40

export class Trace {
  readonly #clock: TraceClock
  readonly #peers: readonly PeerId[]
  readonly #sink: TraceSink | undefined
  readonly #hash = new RunningHash()
  readonly #ring: Note[] = []
  readonly #sentMessages: Float64Array
  readonly #sentBytes: Float64Array
  #deliveries = 0

  constructor(clock: TraceClock, peers: readonly PeerId[], sink?: TraceSink) {
    this.#clock = clock
    this.#peers = peers
    this.#sink = sink
    this.#sentMessages = new Float64Array(peers.length)
    this.#sentBytes = new Float64Array(peers.length)
  }

  get deliveries(): number {
    return this.#deliveries
  }

  /** 16 hexadecimal digits over all deliveries so far: their times, ends, origins, tags, identities and lengths. */
  get hash(): string {
    return this.#hash.digest()
  }

  /** What of that the member at a position sent, passed on included: messages that arrived, and bytes of payload. */
  sentBy(position: number): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#sentMessages[position] ?? 0, bytes: this.#sentBytes[position] ?? 0 }
  }

  note(via: number, to: number, publication: Publication): void {
    this.#sentMessages[via] = (this.#sentMessages[via] ?? 0) + 1
    this.#sentBytes[via] = (this.#sentBytes[via] ?? 0) + publication.byteLength
    this.#hash.integer(this.#clock.nowInTicks())
    this.#hash.word(via * 0x10000 + to)
    this.#hash.word(publication.key)
    this.#hash.word(publication.byteLength)
    const note = { atMs: this.#clock.now(), via, to, publication }
    this.#ring[this.#deliveries % tailLength] = note
    this.#deliveries += 1
    this.#sink?.(this.#format(note))
  }

  /** The last lines, oldest first. */
  tail(): readonly string[] {
    const start = Math.max(0, this.#deliveries - tailLength)
    return Array.from({ length: this.#deliveries - start }, (_, i) => this.#ring[(start + i) % tailLength])
      .filter((note) => note !== undefined)
      .map((note) => this.#format(note))
  }

  #format({ atMs, via, to, publication }: Note): string {
    const { from, tagText, identity, byteLength } = publication
    return `${atMs.toFixed(3)} ${this.#peers[via]}>${this.#peers[to]} ${from} ${tagText} ${identity} ${byteLength}`
  }
}
