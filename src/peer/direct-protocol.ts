/**
 * Direct streams: announcements for one member, each behind its length, one way. For what is said to some alone, and for
 * what gossip did not carry: a member that gossip has not reached yet, or that was away.
 */
import type { Connection, Stream } from '@libp2p/interface'
import { decode, encode } from 'it-length-prefixed'
import { pipe } from 'it-pipe'
import { maxAnnouncementBytes } from '../gossip/limits.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import type { Fault } from '../mesh/fault.ts'
import type { PeerId } from '../mesh/mesh.ts'
import type { WireLimits } from './limits.ts'
import { isBadFrame, Patience, writeAll } from './stream-io.ts'

/** Sends `announcements` over `stream` and closes it. Rejects where the other side leaves or does not read. */
export async function sendAnnouncements(
  stream: Stream,
  announcements: Iterable<Uint8Array>,
  frameTimeoutMs: Milliseconds,
): Promise<void> {
  await pipe(announcements, encode, (frames) => writeAll(stream, frames, frameTimeoutMs))
  await stream.close({ signal: AbortSignal.timeout(frameTimeoutMs) })
}

export interface DirectReceiverOptions {
  readonly limits: WireLimits
  /** Judges an announcement; false where it was no announcement, and no more is taken from this stream. */
  readonly take: (announcement: Uint8Array, by: PeerId) => boolean
  readonly blame: (fault: Fault) => void
}

/** The handler of inbound direct streams. */
export function directReceiver({ limits, take, blame }: DirectReceiverOptions) {
  const maxDataLength = maxAnnouncementBytes(limits.inlineLimit)
  return async (stream: Stream, { remotePeer }: Connection): Promise<void> => {
    const by: PeerId = remotePeer.toString()
    const patience = new Patience(limits.frameTimeoutMs, () => {
      blame({ peer: by, kind: 'GOSSIP_BAD_ENVELOPE' })
      stream.abort(new Error('an announcement that never ends'))
    })
    try {
      for await (const frame of decode(stream, { maxDataLength })) {
        patience.touch()
        if (take(frame.subarray(), by)) continue
        stream.abort(new Error('no announcement'))
        return
      }
      await stream.close()
    } catch (error) {
      // Anything else is a stream that broke: its sender tries again when it is back.
      if (isBadFrame(error)) blame({ peer: by, kind: 'GOSSIP_BAD_ENVELOPE' })
      stream.abort(error instanceof Error ? error : new Error('gone'))
    } finally {
      patience.stop()
    }
  }
}
