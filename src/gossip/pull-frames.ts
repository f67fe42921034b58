/**
 * Frames of the pull protocol. The one who asks opens a stream and sends one request; every frame is behind its length.
 *
 *     request  1      kind: 1 pull, 2 ask
 *              1 + s  origin: the peer id of who said it
 *              1 + t  tag
 *              32     pull only: digest of the payload
 *              4      pull only: first chunk that is wanted, u32
 *
 *     answer to a pull, first frame
 *              1      status: 0 here it is, 1 not here, 2 you ask for too much at once
 *              32 k   status 0 only: the hashes of all k chunks of the payload
 *     answer to a pull, further frames
 *              one chunk each, from the first one that was wanted to the last
 *
 *     answer to an ask, one frame
 *              1      status, as above; `not here` is never said for want of patience: the one who answers waits
 *              ...    status 0 only: an announcement (envelope.ts)
 */
import type { PeerId } from '../mesh/mesh.ts'
import { formatTag, maxTagLength, parseTag, type Tag } from '../mesh/tag.ts'
import { decodeWith, Malformed } from './byte-reader.ts'
import { concat, text, u8, u32 } from './byte-writer.ts'
import { digestBytes, maxPeerIdLength } from './limits.ts'

export interface PullRequest {
  readonly kind: 'pull'
  readonly origin: PeerId
  readonly tag: Tag
  readonly digest: Uint8Array
  readonly firstChunk: number
}

export interface AskRequest {
  readonly kind: 'ask'
  readonly origin: PeerId
  readonly tag: Tag
}

export type Request = PullRequest | AskRequest

/** How a request is answered. */
export type Status = 'here' | 'absent' | 'busy'

export interface Answer {
  readonly status: Status
  /** Chunk hashes or an announcement where the status is `here`; empty otherwise. */
  readonly body: Uint8Array
}

const statuses: readonly Status[] = ['here', 'absent', 'busy']
const pullKind = 1
const askKind = 2

export function encodeRequest(request: Request): Uint8Array {
  const address = concat(text(request.origin), text(formatTag(request.tag)))
  return request.kind === 'ask'
    ? concat(u8(askKind), address)
    : concat(u8(pullKind), address, request.digest, u32(request.firstChunk))
}

/** The request that `bytes` are, or undefined. */
export function decodeRequest(bytes: Uint8Array): Request | undefined {
  return decodeWith(bytes, (reader) => {
    const kind = reader.u8()
    const origin = reader.text(maxPeerIdLength) as PeerId
    const tag = parseTag(reader.text(maxTagLength))
    if (tag === undefined || (kind !== pullKind && kind !== askKind)) throw new Malformed()
    const request: Request =
      kind === askKind
        ? { kind: 'ask', origin, tag }
        : { kind: 'pull', origin, tag, digest: reader.bytes(digestBytes), firstChunk: reader.u32() }
    reader.end()
    return request
  })
}

export function encodeAnswer(status: Status, body: Uint8Array = new Uint8Array(0)): Uint8Array {
  return concat(u8(statuses.indexOf(status)), body)
}

/** The first frame of an answer, or undefined where `bytes` are none. */
export function decodeAnswer(bytes: Uint8Array): Answer | undefined {
  return decodeWith(bytes, (reader) => {
    const status = statuses[reader.u8()]
    const body = reader.rest()
    if (status === undefined || (status !== 'here' && body.byteLength > 0)) throw new Malformed()
    return { status, body }
  })
}
