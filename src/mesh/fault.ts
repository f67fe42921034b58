/**
 * What peers do wrong, as data. A fault is recorded and the protocol carries on; nothing is thrown.
 * Every kind is a code that a user may see in a log or in `medoid status`; docs/ERRORS.md explains each.
 */
import type { PeerId } from './mesh.ts'
import type { Tag } from './tag.ts'

/**
 * `reject`: only a peer that breaks the protocol does this, so it is blamed.
 * `ignore`: an honest peer that is late or fast can do this too, so the message is dropped and nobody is blamed.
 */
export type Verdict = 'reject' | 'ignore'

export const faultKinds = {
  MESH_EQUIVOCATION: ['reject', 'said two different things under one tag'],
  MESH_UNKNOWN_TAG: ['reject', 'said something under a tag that the protocol does not have'],
  MESH_TOO_LARGE: ['reject', 'announced more bytes than the tag allows'],
  MESH_TOO_MANY_PENDING: ['reject', 'has more undelivered messages than a peer may have'],
  MESH_TOO_FAR_AHEAD: ['ignore', 'spoke of a step beyond the window'],
  MESH_STALE: ['ignore', 'spoke of a step that is older than the window'],
  MESH_REPLAY: ['ignore', 'said again what was heard before'],
  CODEC_WRONG_LENGTH: ['reject', 'sent a payload of the wrong length'],
  CODEC_NOT_FINITE: ['reject', 'sent a vector with a NaN or an infinity in it'],
  AGREEMENT_BAD_REPORT: ['reject', 'reported that it has vectors of fewer members than it must wait for'],
  AGREEMENT_OUTVOTED: ['reject', 'answered otherwise than the workers that computed the same'],
  AGREEMENT_WRONG_PAYLOAD: ['reject', 'served something else than what it had said the digest of'],
  AGREEMENT_WRONG_ROLE: ['reject', 'said what only a member of another role says'],
  AGREEMENT_BANNED: ['reject', 'broke the protocol before everybody, and takes part in it no longer'],
  AGREEMENT_UNSAID_MODEL: ['reject', 'said a gradient at a model that the server had not said yet'],
  AGREEMENT_OUT_OF_RANGE: ['reject', 'shared a vector that is longer than a vector may be'],
  GOSSIP_BAD_ENVELOPE: ['reject', 'sent bytes that are no announcement'],
  GOSSIP_BAD_SIGNATURE: ['reject', 'sent an announcement whose signature does not verify'],
  GOSSIP_WRONG_ROSTER: ['reject', 'sent an announcement for another roster'],
  GOSSIP_NOT_A_MEMBER: ['reject', 'sent an announcement in the name of someone who is no member'],
  GOSSIP_DIGEST_MISMATCH: ['reject', 'sent a payload that is not the one it announced'],
  PULL_BAD_FRAME: ['reject', 'broke the pull protocol'],
  PULL_WRONG_CHUNK: ['reject', 'served a chunk whose hash is wrong'],
  PULL_STALLED: ['reject', 'stopped in the middle of a pull'],
  PULL_TOO_MANY: ['reject', 'asked for more at once than a peer may'],
} as const satisfies Record<string, readonly [Verdict, string]>

export type FaultKind = keyof typeof faultKinds

export interface Fault {
  readonly peer: PeerId
  readonly kind: FaultKind
  readonly tag?: Tag
}

export function verdictOf(kind: FaultKind): Verdict {
  return faultKinds[kind][0]
}
