/**
 * Judges an announcement, whoever brought it: gossip, a direct frame, or the answer to an ask. Cheapest check first; the
 * inbox is touched only by what its origin has signed, so that nobody can occupy a place in another's name.
 *
 * Who is at fault: until the signature is verified, only the one who brought the bytes can be blamed, and is: an honest
 * peer passes on nothing that it would refuse itself. Afterwards the origin answers for what it signed.
 */
import { type FaultKind, type Verdict, verdictOf } from '../mesh/fault.ts'
import type { Inbox } from '../mesh/inbox.ts'
import type { Describe, PeerId } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import { type ChunkHashes, hashPayload, rootOf, sameBytes } from './chunks.ts'
import { type Announcement, claimOf, decodeAnnouncement, signatureOf } from './envelope.ts'
import { maxAnnouncementBytes } from './limits.ts'

/** Whether a member's signature over a message is right; `stranger` where it is no member. */
export type Verify = (
  from: PeerId,
  message: Uint8Array,
  signature: Uint8Array,
) => 'valid' | 'invalid' | 'stranger'

/** What a judge knows: fixed for the life of a mesh. */
export interface Court {
  readonly roster: Uint8Array
  readonly inlineLimit: number
  readonly verify: Verify
  readonly describe: Describe
}

/** How an announcement came here. */
export interface Brought {
  /** The peer whose connection it came over. */
  readonly by: PeerId
  readonly via: 'gossip' | 'direct' | 'ask'
}

export interface Refused {
  readonly verdict: Verdict
  readonly kind: FaultKind
  /** Who answers for it. */
  readonly culprit: PeerId
  readonly tag?: Tag
}

export interface Proven extends Announcement {
  /** The hashes of the payload that came along. */
  readonly hashes?: ChunkHashes
}

export type Judgement = { readonly verdict: 'accept'; readonly announcement: Proven } | Refused

/** Whether `bytes` announce what may be claimed in `inbox`; if so, it is claimed. */
export function validate(court: Court, inbox: Inbox, bytes: Uint8Array, brought: Brought): Judgement {
  const judgement = prove(court, bytes, brought, inbox)
  if (judgement.verdict !== 'accept') return judgement
  const claim = claimOf(judgement.announcement)
  // [REJECT] or [IGNORE] Unknown tag, wrong size, outside the window, heard before, another one before, too many.
  const claimed = inbox.claim(claim)
  return claimed === 'accept' ? judgement : refused(claimed, claim.from, claim.tag)
}

/** Whether `bytes` are an announcement that its origin signed, fit to come this way; claims nothing. */
export function prove(court: Court, bytes: Uint8Array, brought: Brought, inbox?: Inbox): Judgement {
  // [REJECT] No announcement is larger.
  if (bytes.byteLength > maxAnnouncementBytes(court.inlineLimit))
    return refused('GOSSIP_BAD_ENVELOPE', brought.by)
  // [REJECT] Not an announcement.
  const announcement = decodeAnnouncement(bytes)
  if (announcement === undefined) return refused('GOSSIP_BAD_ENVELOPE', brought.by)
  const { envelope, signed, inline } = announcement
  const { from, tag, digest } = envelope
  // [REJECT] Of another roster.
  if (!sameBytes(envelope.roster, court.roster)) return refused('GOSSIP_WRONG_ROSTER', brought.by, tag)
  // [IGNORE] Heard before, word for word: not worth a signature check.
  if (inbox?.claimed(from, tag)?.identity === claimOf(announcement).identity)
    return refused('MESH_REPLAY', brought.by, tag)
  // [REJECT] In the name of no member, or not signed by it.
  const { message, signature } = signatureOf(signed)
  const verified = court.verify(from, message, signature)
  if (verified === 'stranger') return refused('GOSSIP_NOT_A_MEMBER', brought.by, tag)
  if (verified === 'invalid') return refused('GOSSIP_BAD_SIGNATURE', brought.by, tag)
  // [REJECT] Meant for its recipients alone, yet passed on: only its origin may bring it, and never by gossip.
  const isPrivate = court.describe(tag)?.audience === 'recipients'
  if (isPrivate && (brought.via === 'gossip' || brought.by !== from))
    return refused('GOSSIP_BAD_ENVELOPE', brought.by, tag)
  if (inline === undefined) return { verdict: 'accept', announcement }
  // [REJECT] The payload that came along is another one. Anyone on the way can have put it there.
  const hashes = hashPayload(inline)
  if (!sameBytes(rootOf(hashes, inline.byteLength), digest))
    return refused('GOSSIP_DIGEST_MISMATCH', brought.by, tag)
  return { verdict: 'accept', announcement: { ...announcement, hashes } }
}

export function refused(kind: FaultKind, culprit: PeerId, tag?: Tag): Refused {
  return { verdict: verdictOf(kind), kind, culprit, ...(tag === undefined ? {} : { tag }) }
}
