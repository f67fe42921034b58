/** The streams on which two members agree on a key: see gossip/datagram-key-frames.ts. */
import { randomBytes } from 'node:crypto'
import type { Connection, Stream } from '@libp2p/interface'
import { decode, encode } from 'it-length-prefixed'
import type { Uint8ArrayList } from 'uint8arraylist'
import { sameBytes } from '../gossip/chunks.ts'
import {
  datagramKeyBytes,
  decodeDatagramKey,
  decodeInvitation,
  encodeInvitation,
  type Invitation,
  maxKeyFrameBytes,
  type Ports,
} from '../gossip/datagram-key-frames.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import type { Fault, FaultKind } from '../mesh/fault.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { type Endpoint, endpointAt } from './datagram-endpoint.ts'
import { isBadFrame, Patience } from './stream-io.ts'

/** How an invitation ended. `declined`: it has no way to send here. `gone`: it left, or has no mesh yet. */
export type Reply = 'agreed' | 'declined' | 'gone' | FaultKind

/** Invites over `stream`; `onKey` is told the key before the other side learns that it may use it. */
export async function invite(
  stream: Stream,
  invitation: Invitation,
  { timeoutMs, onKey }: { readonly timeoutMs: Milliseconds; readonly onKey: (key: Uint8Array) => void },
): Promise<Reply> {
  const patience = new Patience(timeoutMs, () => stream.abort(new Error('it does not answer')))
  const frames = framesOf(stream)
  try {
    stream.send(encode.single(encodeInvitation(invitation)))
    const key = await next(frames)
    const isKey = key === undefined || decodeDatagramKey(key) !== undefined
    if (!isKey) return giveUp(stream, 'GOSSIP_BAD_ENVELOPE')
    if (key !== undefined) onKey(key)
    await stream.close()
    return key === undefined ? 'declined' : 'agreed'
  } catch (error) {
    return giveUp(stream, isBadFrame(error) ? 'GOSSIP_BAD_ENVELOPE' : 'gone')
  } finally {
    patience.stop()
    await frames.return?.()
  }
}

export interface InvitedOptions {
  readonly rosterDigest: Uint8Array
  /** Where this peer receives, and so over what it can send. */
  readonly ports: Ports
  readonly timeoutMs: Milliseconds
  /** From now on datagrams may go there under this key. */
  readonly onKey: (connection: Connection, keyId: Uint8Array, key: Uint8Array, to: Endpoint) => void
  readonly blame: (fault: Fault) => void
}

/** The handler of invitations. */
export function invitedHandler({ rosterDigest, ports, timeoutMs, onKey, blame }: InvitedOptions) {
  return async (stream: Stream, connection: Connection): Promise<void> => {
    const peer: PeerId = connection.remotePeer.toString()
    const refuse = (kind: FaultKind) => {
      blame({ peer, kind })
      stream.abort(new Error('no invitation'))
    }
    const patience = new Patience(timeoutMs, () => stream.abort(new Error('an invitation that never ends')))
    const frames = framesOf(stream)
    try {
      const frame = await next(frames)
      const invitation = frame && decodeInvitation(frame)
      if (invitation === undefined) return refuse('GOSSIP_BAD_ENVELOPE')
      if (!sameBytes(invitation.roster, rosterDigest)) return refuse('GOSSIP_WRONG_ROSTER')
      const to = await endpointAt(connection.remoteAddr, invitation.ports, ports)
      if (to !== undefined) {
        const key = randomBytes(datagramKeyBytes)
        stream.send(encode.single(key))
        // It closes its end once it can open what is sealed under the key.
        if ((await next(frames)) !== undefined) return refuse('GOSSIP_BAD_ENVELOPE')
        onKey(connection, invitation.keyId, key, to)
      }
      await stream.close()
    } catch (error) {
      // Anything else is a stream that broke: it will be invited again.
      if (isBadFrame(error)) return refuse('GOSSIP_BAD_ENVELOPE')
      stream.abort(error instanceof Error ? error : new Error('gone'))
    } finally {
      patience.stop()
      await frames.return?.()
    }
  }
}

type Frames = AsyncIterator<Uint8ArrayList>

/** One iterator for a whole conversation: between two of them an end would be missed. */
function framesOf(stream: Stream): Frames {
  return decode(stream, { maxDataLength: maxKeyFrameBytes })[Symbol.asyncIterator]()
}

/** The next frame; undefined where the other side has closed its end. */
async function next(frames: Frames): Promise<Uint8Array | undefined> {
  const { value, done } = await frames.next()
  return done ? undefined : value.subarray()
}

function giveUp(stream: Stream, reply: Reply): Reply {
  stream.abort(new Error('given up'))
  return reply
}
