/** Small tools for libp2p streams: writing with backpressure, and giving up on one that says nothing. */
import type { Connection, Libp2p, PeerId as Libp2pPeerId, Stream } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { Milliseconds } from '../mesh/clock.ts'

export type Bytes = Uint8Array | Uint8ArrayList

/**
 * Writes all of `source` as fast as the other side takes it. Rejects when the stream closes; aborts it where the other side
 * takes nothing for `timeoutMs`.
 */
export async function writeAll(
  stream: Stream,
  source: Iterable<Bytes> | AsyncIterable<Bytes>,
  timeoutMs: Milliseconds,
): Promise<void> {
  const patience = new Patience(timeoutMs, () => stream.abort(new Error('it does not read')))
  try {
    for await (const bytes of source) {
      if (!stream.send(bytes)) await drained(stream)
      patience.touch()
    }
  } finally {
    patience.stop()
  }
}

/**
 * Resolves when the stream takes more; rejects when it closes. (`stream.onDrain()` of @libp2p/utils 7 keeps its first
 * promise for good, so from the second call on it would not wait.)
 */
async function drained(stream: Stream): Promise<void> {
  while (stream.writableNeedsDrain) {
    if (stream.status !== 'open') throw new Error('the stream is closed')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onClose = () => reject(new Error('the stream closed'))
    stream.addEventListener('drain', () => resolve(), { once: true })
    stream.addEventListener('close', onClose, { once: true })
    try {
      await promise
    } finally {
      stream.removeEventListener('close', onClose)
    }
  }
}

/** Calls `onExpire` when `ms` have passed since it was made or last touched. Stop it when done. */
export class Patience {
  readonly #timer: NodeJS.Timeout

  constructor(ms: Milliseconds, onExpire: () => void) {
    this.#timer = setTimeout(onExpire, ms)
  }

  touch(): void {
    this.#timer.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}

/** The pieces of `source`, each noted as it comes. */
export async function* noting<T>(source: AsyncIterable<T>, note: () => void): AsyncGenerator<T, void> {
  for await (const piece of source) {
    note()
    yield piece
  }
}

/** An open connection to `peer`, if there is one. */
export function connectionTo(node: Libp2p, peer: Libp2pPeerId): Connection | undefined {
  return node.getConnections(peer).find(({ status }) => status === 'open')
}

/** Whether it-length-prefixed refused a frame: too long, or a length that is no number. */
export function isBadFrame(error: unknown): boolean {
  return error instanceof Error && /^Invalid(Data|Message)Length/.test(error.name)
}
