/** The answering side of the pull protocol. */
import type { Connection, Stream } from '@libp2p/interface'
import { decode, encode } from 'it-length-prefixed'
import { pipe } from 'it-pipe'
import { chunkAt, chunkCount } from '../gossip/chunks.ts'
import { maxRequestBytes } from '../gossip/limits.ts'
import {
  type AskRequest,
  decodeRequest,
  encodeAnswer,
  type PullRequest,
  type Request,
  type Status,
} from '../gossip/pull-frames.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import type { Fault, FaultKind } from '../mesh/fault.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { maxServedRequests } from './limits.ts'
import { isBadFrame, Patience, writeAll } from './stream-io.ts'
import type { Payload } from './transfer.ts'

/** What a server takes its answers from. */
export interface Shelves {
  /** The payload that `asker` may pull, if it is here and whole. */
  find(request: PullRequest, asker: PeerId): Payload | undefined
  /** The announcement for `asker`, once there is one; undefined where there will never be. Rejects when `signal` aborts. */
  whenAnnounced(request: AskRequest, asker: PeerId, signal: AbortSignal): Promise<Uint8Array | undefined>
}

export interface PullServerOptions {
  readonly frameTimeoutMs: Milliseconds
  readonly shelves: Shelves
  readonly blame: (fault: Fault) => void
  /** Counts the time of a transfer. */
  readonly during: <T>(transfer: Promise<T>) => Promise<T>
}

export class PullServer {
  readonly #frameTimeoutMs: Milliseconds
  readonly #shelves: Shelves
  readonly #blame: (fault: Fault) => void
  readonly #during: <T>(transfer: Promise<T>) => Promise<T>
  readonly #inFlight = new Map<string, number>()

  constructor({ frameTimeoutMs, shelves, blame, during }: PullServerOptions) {
    this.#frameTimeoutMs = frameTimeoutMs
    this.#shelves = shelves
    this.#blame = blame
    this.#during = during
  }

  /** Serves one stream. Never rejects: what goes wrong here ends the stream and, where it is a fault, is blamed. */
  readonly serve = async (stream: Stream, { remotePeer }: Connection): Promise<void> => {
    const peer: PeerId = remotePeer.toString()
    try {
      const request = await this.#read(stream, peer)
      if (request === undefined) return
      await this.#counted(`${request.kind} ${peer}`, async (isWithin) => {
        if (isWithin) return this.#answer(stream, request, peer)
        this.#blame({ peer, kind: 'PULL_TOO_MANY', tag: request.tag })
        return this.#refuse(stream, 'busy')
      })
      await stream.close()
    } catch (error) {
      // The other side left or its connection broke: it will ask again, or somebody else.
      stream.abort(error instanceof Error ? error : new Error('gone'))
    }
  }

  /** The one request of a stream, complete within its time; undefined, the peer blamed, where there is none. */
  async #read(stream: Stream, peer: PeerId): Promise<Request | undefined> {
    const { promise, resolve } = Promise.withResolvers<Request | FaultKind | 'gone'>()
    const patience = new Patience(this.#frameTimeoutMs, () => resolve('PULL_STALLED'))
    const reading = pipe(
      stream,
      (source) => decode(source, { maxDataLength: maxRequestBytes }),
      async (frames) => {
        for await (const frame of frames) return decodeRequest(frame.subarray()) ?? 'PULL_BAD_FRAME'
        return 'gone'
      },
    )
    reading.then(resolve, (error: unknown) => resolve(isBadFrame(error) ? 'PULL_BAD_FRAME' : 'gone'))
    const result = await promise
    patience.stop()
    if (typeof result === 'object') return result
    if (result !== 'gone') this.#blame({ peer, kind: result })
    stream.abort(new Error('no request'))
    return undefined
  }

  async #counted(key: string, work: (isWithin: boolean) => Promise<void>): Promise<void> {
    const before = this.#inFlight.get(key) ?? 0
    this.#inFlight.set(key, before + 1)
    try {
      await work(before < maxServedRequests)
    } finally {
      const now = (this.#inFlight.get(key) ?? 1) - 1
      if (now === 0) this.#inFlight.delete(key)
      else this.#inFlight.set(key, now)
    }
  }

  async #answer(stream: Stream, request: Request, peer: PeerId): Promise<void> {
    if (request.kind === 'ask') return this.#answerQuestion(stream, request, peer)
    const payload = this.#shelves.find(request, peer)
    if (payload === undefined) return this.#refuse(stream, 'absent')
    await this.#during(this.#write(stream, answerFrom(payload, request.firstChunk)))
  }

  async #answerQuestion(stream: Stream, request: AskRequest, peer: PeerId): Promise<void> {
    const gone = new AbortController()
    stream.addEventListener('close', () => gone.abort(new Error('the asker left')), { once: true })
    const announcement = await this.#shelves.whenAnnounced(request, peer, gone.signal)
    if (announcement === undefined) return this.#refuse(stream, 'absent')
    await this.#write(stream, [encodeAnswer('here', announcement)])
  }

  #refuse(stream: Stream, status: Status): Promise<void> {
    return this.#write(stream, [encodeAnswer(status)])
  }

  #write(stream: Stream, frames: Iterable<Uint8Array>): Promise<void> {
    return writeAll(stream, pipe(frames, encode), this.#frameTimeoutMs)
  }
}

/**
 * The frames of an answer: the hashes of all chunks, then the chunks. Copies, because a stream keeps them for as long as the
 * other side likes. Ends early where the payload is forgotten meanwhile: then its place may be another's.
 */
function* answerFrom(
  { bytes, hashes, isForgotten = () => false }: Payload,
  firstChunk: number,
): Generator<Uint8Array, void> {
  yield encodeAnswer('here', hashes)
  for (let i = firstChunk; i < chunkCount(bytes.byteLength) && !isForgotten(); i++)
    yield chunkAt(bytes, i).slice()
}
