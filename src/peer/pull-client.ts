/** The asking side of the pull protocol: one stream, one request, one outcome. `fetch.ts` decides whom to ask next. */
import type { Stream } from '@libp2p/interface'
import { decode, encode } from 'it-length-prefixed'
import { pipe } from 'it-pipe'
import type { Uint8ArrayList } from 'uint8arraylist'
import {
  type Answer,
  type AskRequest,
  decodeAnswer,
  encodeRequest,
  type Request,
} from '../gossip/pull-frames.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import type { FaultKind } from '../mesh/fault.ts'
import { maxAnswerBytes, type WireLimits } from './limits.ts'
import { isBadFrame, noting, Patience } from './stream-io.ts'
import type { Transfer } from './transfer.ts'

/** How a request ended. */
export type Outcome<T> =
  | { readonly end: 'done'; readonly value: T }
  /** It does not have it, will not give it, serves too many, or went away: nobody's fault. */
  | { readonly end: 'nothing' }
  /** It sent bytes, but no whole chunk within `patienceMs`: nobody's fault either, but others may be faster. */
  | { readonly end: 'slow' }
  /** No byte for `stallMs`: its fault if it still answers otherwise. */
  | { readonly end: 'stalled' }
  | { readonly end: 'fault'; readonly kind: FaultKind }

export interface PullOptions {
  readonly limits: WireLimits
  /** How long a whole chunk may take. */
  readonly patienceMs: Milliseconds
  readonly signal: AbortSignal
}

const nothing: Outcome<never> = { end: 'nothing' }

/** Why a stream was given up on, as the error that it is aborted with. */
class GivenUp extends Error {
  readonly outcome: Outcome<never>

  constructor(outcome: Outcome<never>) {
    super('given up')
    this.outcome = outcome
  }
}

/** Pulls what `transfer` misses. Whatever was good stays in it, however the pull ends. */
export async function pull(stream: Stream, transfer: Transfer, options: PullOptions): Promise<Outcome<void>> {
  const { limits, patienceMs } = options
  const { from: origin, tag, digest } = transfer.envelope
  const firstChunk = transfer.nextChunk
  const request: Request = { kind: 'pull', origin, tag, digest, firstChunk }
  const silence = new Patience(limits.stallMs, () => stream.abort(new GivenUp({ end: 'stalled' })))
  const patience = new Patience(patienceMs, () => stream.abort(new GivenUp({ end: 'slow' })))
  try {
    return await converse<void>(
      stream,
      request,
      options.signal,
      () => silence.touch(),
      async (frames) => {
        for await (const { number, bytes } of frames) {
          // The place of what nobody waits for may be another's by now.
          if (options.signal.aborted) return nothing
          // Frame 0 is the hashes.
          const outcome =
            number === 0 ? takeHashes(transfer, bytes) : takeChunk(transfer, firstChunk + number - 1, bytes)
          if (outcome !== undefined) return outcome
          patience.touch()
        }
        // The stream ended early: a server that leaves. One that only pretends to is asked again, after all the others.
        return nothing
      },
    )
  } finally {
    silence.stop()
    patience.stop()
  }
}

/** Asks for what the peer says or offers under a tag: an announcement. Waits as long as it takes. */
export async function ask(
  stream: Stream,
  request: AskRequest,
  signal: AbortSignal,
): Promise<Outcome<Uint8Array>> {
  return converse<Uint8Array>(
    stream,
    request,
    signal,
    () => {},
    async (frames) => {
      for await (const { bytes } of frames) {
        const answer = decodeAnswer(bytes.subarray())
        if (answer === undefined) return fault('PULL_BAD_FRAME')
        return answer.status === 'here' ? { end: 'done', value: answer.body } : nothing
      }
      return nothing
    },
  )
}

interface Frame {
  /** From 0. */
  readonly number: number
  readonly bytes: Uint8ArrayList
}

/** Sends the request and hands the frames of the answer to `take`; closes the stream whatever happens. */
async function converse<T>(
  stream: Stream,
  request: Request,
  signal: AbortSignal,
  onBytes: () => void,
  take: (frames: AsyncIterable<Frame>) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const leave = () => stream.abort(new GivenUp(nothing))
  signal.addEventListener('abort', leave, { once: true })
  try {
    if (signal.aborted) return nothing
    stream.send(encode.single(encodeRequest(request)))
    return await pipe(
      stream,
      (source) => noting(source, onBytes),
      (source) => decode(source, { maxDataLength: maxAnswerBytes }),
      numbered,
      take,
    )
  } catch (error) {
    if (error instanceof GivenUp) return error.outcome
    return isBadFrame(error) ? fault('PULL_BAD_FRAME') : nothing
  } finally {
    signal.removeEventListener('abort', leave)
    // The last frame is the end of the conversation; where it was not reached, the other side shall stop sending.
    stream.abort(new GivenUp(nothing))
  }
}

async function* numbered(frames: AsyncIterable<Uint8ArrayList>): AsyncGenerator<Frame, void> {
  let number = 0
  for await (const bytes of frames) yield { number: number++, bytes }
}

/** What the first frame of an answer decides; undefined where chunks follow. */
function takeHashes(transfer: Transfer, bytes: Uint8ArrayList): Outcome<void> | undefined {
  const answer: Answer | undefined = decodeAnswer(bytes.subarray())
  if (answer === undefined) return fault('PULL_BAD_FRAME')
  if (answer.status !== 'here') return nothing
  if (!transfer.acceptHashes(answer.body)) return fault('GOSSIP_DIGEST_MISMATCH')
  return doneIfWhole(transfer)
}

function takeChunk(transfer: Transfer, index: number, bytes: Uint8ArrayList): Outcome<void> | undefined {
  return transfer.acceptChunk(index, bytes) ? doneIfWhole(transfer) : fault('PULL_WRONG_CHUNK')
}

function doneIfWhole(transfer: Transfer): Outcome<void> | undefined {
  return transfer.whole === undefined ? undefined : { end: 'done', value: undefined }
}

function fault(kind: FaultKind): Outcome<never> {
  return { end: 'fault', kind }
}
