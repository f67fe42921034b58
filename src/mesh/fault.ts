/**
 * What peers do wrong, as data. A fault is recorded and the protocol carries on; nothing is thrown.
 * Every kind is a code that a user may see in a log or in `medoid status`, and is explained in docs/ERRORS.md.
 */
import type { PeerId } from './mesh.ts'
import type { Tag } from './tag.ts'

export const faultKinds = {
  MESH_EQUIVOCATION: 'said two different things under one tag',
  MESH_UNKNOWN_TAG: 'said something under a tag that the protocol does not have',
  MESH_TOO_LARGE: 'announced more bytes than the tag allows',
  MESH_TOO_FAR_AHEAD: 'spoke of a step beyond the window',
  MESH_TOO_MANY_PENDING: 'has more undelivered messages than a peer may have',
  CODEC_WRONG_LENGTH: 'sent a payload of the wrong length',
  CODEC_NOT_FINITE: 'sent a vector with a NaN or an infinity in it',
  GOSSIP_BAD_ENVELOPE: 'sent bytes that are no announcement',
  GOSSIP_BAD_SIGNATURE: 'sent an announcement whose signature does not verify',
  GOSSIP_WRONG_ROSTER: 'sent an announcement for another roster',
  GOSSIP_NOT_A_MEMBER: 'sent an announcement in the name of someone who is no member',
  GOSSIP_DIGEST_MISMATCH: 'sent a payload that is not the one it announced',
  GOSSIP_STALE: 'sent again what is older than the window',
  GOSSIP_REPLAY: 'sent an announcement that was heard before',
  PULL_BAD_FRAME: 'broke the pull protocol',
  PULL_WRONG_CHUNK: 'served a chunk whose hash is wrong',
  PULL_STALLED: 'stopped in the middle of a pull',
  PULL_TOO_MANY: 'asked for more at once than a peer may',
} as const

export type FaultKind = keyof typeof faultKinds

export interface Fault {
  readonly peer: PeerId
  readonly kind: FaultKind
  readonly tag?: Tag
}
