/**
 * What happened, delivery by delivery: one line each (trace-lines.ts), also for what the receiver then refuses, in the order in
 * which they happen. Two runs with the same seed have the same trace, and two in which anybody said anything else, to
 * whomsoever, have not: its hash says whether a run was reproduced. Lines are written only for whom somebody asked: a sink, or
 * the tail that a failing test prints.
 */
import type { Milliseconds } from '../mesh/clock.ts'
import type { PeerId } from '../mesh/mesh.ts'
import type { Publication } from './publications.ts'
import { formatLine, TraceHash } from './trace-lines.ts'

/** Takes the trace line by line, without line ends: writes a file, or counts. */
export type TraceSink = (line: string) => void

export interface TraceClock {
  now(): Milliseconds
}

interface Note {
  readonly atMicros: number
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
  readonly #hash = new TraceHash()
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

  /** 16 hexadecimal digits over all lines so far, whether or not anyone asked for them: `hashOfTrace` makes them again. */
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
    const atMicros = Math.round(1000 * this.#clock.now())
    this.#hash.take(atMicros, via, to, publication.inTrace)
    const note = { atMicros, via, to, publication }
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

  #format({ atMicros, via, to, publication }: Note): string {
    return formatLine(atMicros, this.#peers[via] ?? '', this.#peers[to] ?? '', publication.inTrace)
  }
}
