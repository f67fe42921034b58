/**
 * The joiner's side of admission: from one address to the swarm document, and from the document to the roster.
 * Everything that comes is checked here: who answers by Noise, what it says by the founder's signatures.
 */
import type { Connection, IdentifyResult, Libp2p, Stream } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { protocolId, wireVersionOf } from '../gossip/wire.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { printable } from '../util/coded-error.ts'
import { abortable } from '../util/signal.ts'
import type { AddressBook, Assembly } from './admission.ts'
import { admissionError } from './admission-errors.ts'
import {
  type Answer,
  addressesOf,
  answerSchema,
  BadFrame,
  maxAddresses,
  maxAnswerBytes,
  type Request,
  receive,
  send,
} from './admission-wire.ts'
import type { Cast } from './cast.ts'
import { verifyRoster } from './roster.ts'
import { type SwarmDocument, swarmIdOf, verifyDocument } from './swarm-document.ts'

export interface FetchOptions {
  /** A member's address that ends in /p2p/<peer id>. */
  readonly address: string
  /** Accept this swarm alone. */
  readonly swarmId?: string
  readonly signal: AbortSignal
}

/** Time that dialling and one answer may take; waiting for other members is not counted. */
export const answerTimeoutMs = 15_000

/** Time a peer without our protocol has to identify itself, only so that the error can say what it speaks instead. */
const identifyTimeoutMs = 2_000

/**
 * The signed swarm document of whoever is at `address`.
 *
 * @throws PEER_BAD_ADDRESS, PEER_UNREACHABLE, PEER_WIRE_VERSION, PEER_BAD_ANSWER, PEER_WRONG_SWARM, PEER_FORGED_SWARM
 */
export async function fetchDocument(host: Libp2p, options: FetchOptions): Promise<SwarmDocument> {
  const target = parseAddress(options.address)
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(answerTimeoutMs)])
  for await (const answer of ask(host, [target], { ask: 'document' }, signal)) {
    if (answer.is !== 'document') break
    await verifyDocument(answer.document, options.swarmId)
    return answer.document
  }
  const peer = peerOf(target)
  throw admissionError({ code: 'PEER_BAD_ANSWER', peer, reason: 'it did not send the swarm document' })
}

export interface JoinOptions {
  readonly address: string
  readonly document: SwarmDocument
  readonly cast: Cast
  /** Told how many of the members are present. */
  readonly onPresent?: (present: number) => void
  readonly signal: AbortSignal
}

/**
 * Asks for admission and waits until the swarm is complete.
 *
 * @throws PEER_UNREACHABLE, PEER_WIRE_VERSION, PEER_BAD_ANSWER, PEER_BAD_ROSTER, PEER_ADMISSION_LOST and the refusals:
 *   PEER_SWARM_FULL, PEER_NOT_LISTED, PEER_ADMISSION_BUSY, PEER_OTHER_SWARM
 */
export async function join(host: Libp2p, options: JoinOptions): Promise<Assembly> {
  const first = parseAddress(options.address)
  const redirected = await askToJoin(host, [first], options)
  if (!Array.isArray(redirected)) return redirected
  const { founder } = options.document
  const second = redirected.map(parseAddress).filter((address) => peerOf(address) === founder)
  const assembly = second.length === 0 ? undefined : await askToJoin(host, second, options)
  if (assembly !== undefined && !Array.isArray(assembly)) return assembly
  const reason = 'it sends joiners on, but not to the founder'
  throw admissionError({ code: 'PEER_BAD_ANSWER', peer: peerOf(first), reason })
}

/** The assembly, or the addresses to which the peer sends us on. */
async function askToJoin(
  host: Libp2p,
  targets: readonly Multiaddr[],
  { document, cast, onPresent, signal }: JoinOptions,
): Promise<Assembly | string[]> {
  const addresses = host
    .getMultiaddrs()
    .slice(0, maxAddresses)
    .map((address) => address.toString())
  const request: Request = { ask: 'admission', swarmId: swarmIdOf(document), addresses }
  const peer = peerOf(targets[0] as Multiaddr)
  const self = host.peerId.toString()
  for await (const answer of ask(host, targets, request, signal)) {
    switch (answer.is) {
      case 'waiting':
        onPresent?.(answer.present)
        break
      case 'roster':
        await verifyRoster(answer.signed, { document, cast, self })
        return { signed: answer.signed, addresses: addressBook(answer.addresses) }
      case 'redirect':
        return answer.addresses
      case 'refused':
        throw admissionError({ code: answer.code, peer, self })
      case 'document':
        throw admissionError({ code: 'PEER_BAD_ANSWER', peer, reason: 'it answered what was not asked' })
      default:
        throw answer satisfies never
    }
  }
  throw admissionError({ code: 'PEER_ADMISSION_LOST', peer, reason: 'it closed the stream' })
}

function addressBook(told: AddressBook): AddressBook {
  return Object.fromEntries(Object.entries(told).map(([peer, texts]) => [peer, addressesOf(peer, texts)]))
}

/** Sends one request and yields the answers; every way in which that fails has its code. */
async function* ask(
  host: Libp2p,
  targets: readonly Multiaddr[],
  request: Request,
  signal: AbortSignal,
): AsyncGenerator<Answer, void> {
  const peer = peerOf(targets[0] as Multiaddr)
  const connection = await dial(host, targets, signal)
  const stream = await openStream(host, connection, signal)
  const answers = receive(stream, answerSchema, maxAnswerBytes)
  try {
    send(stream, request)
    for (;;) {
      const { value, done } = await abortable(answers.next(), signal)
      if (done) break
      yield value
    }
    await stream.close({ signal: AbortSignal.timeout(answerTimeoutMs) })
  } catch (cause) {
    signal.throwIfAborted()
    const reason = printable(cause instanceof Error ? cause.message : String(cause))
    const code = cause instanceof BadFrame ? 'PEER_BAD_ANSWER' : 'PEER_ADMISSION_LOST'
    throw admissionError({ code, peer, reason }, { cause })
  } finally {
    stream.abort(new Error('no longer needed'))
  }
}

async function dial(host: Libp2p, targets: readonly Multiaddr[], signal: AbortSignal): Promise<Connection> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)])
    return await host.dial([...targets], { signal: limit })
  } catch (cause) {
    signal.throwIfAborted()
    const reason = printable(cause instanceof Error ? cause.message : String(cause))
    throw admissionError({ code: 'PEER_UNREACHABLE', address: String(targets[0]), reason }, { cause })
  }
}

async function openStream(host: Libp2p, connection: Connection, signal: AbortSignal): Promise<Stream> {
  const ours = protocolId('admission')
  const peer = connection.remotePeer.toString()
  try {
    return await connection.newStream(ours, { signal })
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof Error && cause.name === 'UnsupportedProtocolError') {
      const theirs = (await wireVersionsOf(host, connection)).join(', ') || 'no protocol of medoid'
      throw admissionError({ code: 'PEER_WIRE_VERSION', peer, ours, theirs }, { cause })
    }
    const reason = printable(cause instanceof Error ? cause.message : String(cause))
    throw admissionError({ code: 'PEER_ADMISSION_LOST', peer, reason }, { cause })
  }
}

/** The protocols of this project that the peer names when it identifies itself, which it does once it is connected. */
async function wireVersionsOf(host: Libp2p, { remotePeer }: Connection): Promise<string[]> {
  const identified = Promise.withResolvers<void>()
  const onIdentify = ({ detail }: CustomEvent<IdentifyResult>) => {
    if (detail.peerId.equals(remotePeer)) identified.resolve()
  }
  host.addEventListener('peer:identify', onIdentify)
  const known = async () => {
    const { protocols = [] } = (await host.peerStore.get(remotePeer).catch(() => undefined)) ?? {}
    return protocols.filter((id) => wireVersionOf(id) !== undefined)
  }
  try {
    const already = await known()
    if (already.length > 0) return already
    await abortable(identified.promise, AbortSignal.timeout(identifyTimeoutMs)).catch(() => {})
    return await known()
  } finally {
    host.removeEventListener('peer:identify', onIdentify)
  }
}

/** @throws PEER_BAD_ADDRESS */
export function parseAddress(text: string): Multiaddr {
  const refuse = (reason: string, cause?: unknown) =>
    admissionError({ code: 'PEER_BAD_ADDRESS', address: printable(text), reason }, { cause })
  let address: Multiaddr
  try {
    address = multiaddr(text)
  } catch (cause) {
    throw refuse('it is no multiaddr', cause)
  }
  if (address.getComponents().at(-1)?.name !== 'p2p') throw refuse('it does not end in /p2p/<peer id>')
  return address
}

function peerOf(address: Multiaddr): PeerId {
  return address.getComponents().at(-1)?.value ?? ''
}
