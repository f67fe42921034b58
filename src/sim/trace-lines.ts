/**
 * The lines of a trace, and the hash over them: what is hashed of a delivery is what stands in its line, so whoever has the
 * lines can make the hash of the run again.
 *
 *     12.345 p003>p001 p002 1/gradient/value/0 0 48 0d9f3be26c7a1584
 *
 * Virtual ms, three decimals; from whom to whom, which is not its origin where it was passed on; the origin; the tag; which
 * of the origin's payloads under that tag, from 0, so that 1 and above are the lies of an equivocator; its length in bytes,
 * and its digest (payload-digest.ts).
 */
import type { PeerId } from '../mesh/mesh.ts'
import { RunningHash } from '../util/running-hash.ts'
import { simError } from './errors.ts'

/** What a line says of a publication, and that as the hash takes it: made once, however often it is delivered. */
export interface InTrace {
  readonly text: string
  readonly words: readonly [number, number]
}

export function inTraceOf(text: string): InTrace {
  const hash = new RunningHash()
  hash.text(text)
  return { text, words: hash.pair() }
}

export function formatLine(atMicros: number, via: PeerId, to: PeerId, { text }: InTrace): string {
  return `${(atMicros / 1000).toFixed(3)} ${via}>${to} ${text}`
}

export class TraceHash {
  readonly #hash = new RunningHash()

  /** A delivery, at so many microseconds of virtual time, from one position to another. */
  take(atMicros: number, via: number, to: number, { words: [high, low] }: InTrace): void {
    this.#hash.integer(atMicros)
    this.#hash.word(via * 0x10000 + to)
    this.#hash.word(high)
    this.#hash.word(low)
  }

  /** 16 hexadecimal digits over all deliveries so far. */
  digest(): string {
    return this.#hash.digest()
  }
}

const line = /^(\d+)\.(\d{3}) p(\d+)>p(\d+) (.+)$/

/**
 * The hash of a run, `traceHash` of its result, from the lines of its trace. Empty lines count for nothing.
 *
 * @throws SIM_BAD_TRACE
 */
export function hashOfTrace(lines: Iterable<string>): string {
  const hash = new TraceHash()
  for (const text of lines) {
    if (text === '') continue
    const [, ms, micros, via, to, said] = line.exec(text) ?? []
    if (said === undefined) throw simError({ code: 'SIM_BAD_TRACE', line: text })
    hash.take(Number(`${ms}${micros}`), Number(via), Number(to), inTraceOf(said))
  }
  return hash.digest()
}
