/**
 * Judges an opened datagram. That it verified proves who said it, to this peer alone, so the member that the key belongs to
 * answers for everything in it.
 */
import type { Claim, Inbox } from '../mesh/inbox.ts'
import type { Describe, PeerId } from '../mesh/mesh.ts'
import { formatTag } from '../mesh/tag.ts'
import { hashPayload, rootOf } from './chunks.ts'
import { decodeUnsealed, type Unsealed } from './datagram.ts'
import { type Refused, refused } from './validate.ts'

export type Heard = { readonly verdict: 'accept'; readonly said: Unsealed } | Refused

/** Whether `opened`, which `from` sealed, says what may be claimed in `inbox`; if so, it is claimed. */
export function validateDatagram(describe: Describe, inbox: Inbox, opened: Uint8Array, from: PeerId): Heard {
  // [REJECT] Not a tag and a payload.
  const said = decodeUnsealed(opened)
  if (said === undefined) return refused('GOSSIP_BAD_ENVELOPE', from)
  // [REJECT] For all: unsigned it could not be passed on, and a liar would be heard by one member alone.
  if (describe(said.tag)?.audience === 'all') return refused('GOSSIP_BAD_ENVELOPE', from, said.tag)
  // [REJECT] or [IGNORE] Unknown tag, wrong size, outside the window, heard before, another one before, too many.
  const claimed = inbox.claim(claimOfUnsigned(from, said))
  return claimed === 'accept' ? { verdict: 'accept', said } : refused(claimed, from, said.tag)
}

/** What is claimed by who says this unsigned: the same as by an announcement of this payload, but without a proof. */
export function claimOfUnsigned(from: PeerId, { tag, payload }: Unsealed): Claim {
  const { byteLength } = payload
  const identity = Buffer.from(rootOf(hashPayload(payload), byteLength)).toString('hex')
  return { from, tag, tagText: formatTag(tag), identity, byteLength }
}
