/**
 * The admission protocol's frames. One stream carries one request and its answers; each frame is JSON behind its length:
 *
 *     unsigned varint: bytes that follow | UTF-8 JSON
 *
 *     joiner -> peer    {"ask":"document"}
 *     peer   -> joiner  {"is":"document","document":{"description":"{...}","founder":"12D3...","signature":"..."}}
 *
 *     joiner -> peer    {"ask":"admission","swarmId":"<64 hex digits>","addresses":["/ip4/..."]}
 *     peer   -> joiner  {"is":"waiting","present":2,"n":7}     as often as the number changes, and as a sign of life
 *     peer   -> joiner  {"is":"roster","signed":{...},"addresses":{"12D3...":["/ip4/..."]}}
 *                   or  {"is":"redirect","addresses":[...]}    a member that does not know the roster names the founder's
 *                   or  {"is":"refused","code":"PEER_SWARM_FULL"}
 */
import type { Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import * as lengthPrefixed from 'it-length-prefixed'
import { z } from 'zod'
import type { PeerId } from '../mesh/mesh.ts'
import { abortable } from '../util/signal.ts'
import { maxMembers, rosterSchema } from './roster.ts'
import { documentSchema, peerIdSchema } from './swarm-document.ts'

/** Addresses that one peer may have in a roster's company. Nobody signs them: see `addressesOf`. */
export const maxAddresses = 8
const addresses = z.array(z.string().max(256)).max(maxAddresses)

export const requestSchema = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('document') }),
  z.strictObject({ ask: z.literal('admission'), swarmId: z.string().length(64), addresses }),
])
export type Request = z.infer<typeof requestSchema>

/** Why a peer is not let in. Each is also the code of the error that the joiner sees. */
export const refusals = [
  'PEER_SWARM_FULL',
  'PEER_NOT_LISTED',
  'PEER_ADMISSION_BUSY',
  'PEER_OTHER_SWARM',
] as const
export type Refusal = (typeof refusals)[number]

export const answerSchema = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('document'), document: documentSchema }),
  z.strictObject({
    is: z.literal('waiting'),
    present: z.int().min(0).max(maxMembers),
    n: z.int().max(maxMembers),
  }),
  z.strictObject({
    is: z.literal('roster'),
    signed: rosterSchema,
    addresses: z.record(peerIdSchema, addresses),
  }),
  z.strictObject({ is: z.literal('redirect'), addresses }),
  z.strictObject({ is: z.literal('refused'), code: z.enum(refusals) }),
])
export type Answer = z.infer<typeof answerSchema>

/**
 * Those of `texts` that can be dialled, each ending in `/p2p/<peer>`: so a wrong address fails the Noise handshake, and never
 * leads to somebody else. What is no address, or another peer's, is left out.
 */
export function addressesOf(peer: PeerId, texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    try {
      const address = multiaddr(text)
      const last = address.getComponents().at(-1)
      if (last?.name !== 'p2p') return [address.encapsulate(`/p2p/${peer}`).toString()]
      return last.value === peer ? [text] : []
    } catch {
      return []
    }
  })
}

/** A stranger may send this much: a request with `maxAddresses` addresses, and room to spare. */
export const maxRequestBytes = 4 * 1024

/** A roster of `maxMembers` with all their addresses is the longest answer: 256 * (8 * 256 + 128) bytes. */
export const maxAnswerBytes = 1024 * 1024

/** A frame that is too long, no JSON or none of ours. */
export class BadFrame extends Error {
  override readonly name = 'BadFrame'
}

/** Throws where the stream is closed already: the other side is gone. */
export function send(stream: Stream, frame: Request | Answer): void {
  stream.send(lengthPrefixed.encode.single(Buffer.from(JSON.stringify(frame))))
}

/** The one request that a stream brings. Rejects with BadFrame, or with the signal's reason. */
export async function receiveRequest(stream: Stream, signal: AbortSignal): Promise<Request> {
  const requests = receive(stream, requestSchema, maxRequestBytes)
  const { value, done } = await abortable(requests.next(), signal)
  if (done) throw new BadFrame('the stream ended before the request')
  return value
}

/**
 * The frames that the other side sends, until it closes its end. Throws BadFrame, and whatever broke the stream.
 * The length is compared with `maxBytes` before a byte of the frame is kept.
 */
export async function* receive<T>(
  stream: Stream,
  schema: z.ZodType<T>,
  maxBytes: number,
): AsyncGenerator<T, void> {
  try {
    for await (const frame of lengthPrefixed.decode(stream, { maxDataLength: maxBytes, maxLengthLength: 4 }))
      yield parse(schema, frame.subarray())
  } catch (cause) {
    if (cause instanceof Error && /^(InvalidData|InvalidMessage|UnexpectedEOF)/.test(cause.name))
      throw new BadFrame('a frame is too long or cut short', { cause })
    throw cause
  }
}

function parse<T>(schema: z.ZodType<T>, frame: Uint8Array): T {
  const { success, data } = schema.safeParse(jsonOrNothing(frame))
  if (!success) throw new BadFrame('a frame is not of the protocol')
  return data
}

function jsonOrNothing(frame: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(frame))
  } catch {
    return undefined
  }
}
