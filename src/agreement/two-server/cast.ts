/** Who plays which role: what the signed roster says, and nobody can say of itself. */
import type { Member, PeerId } from '../../mesh/mesh.ts'
import { onlyPeerWith, peersWith } from '../roles.ts'

/** As a roster spells the roles. */
export const roles = {
  worker: 'worker',
  first: 'first-server',
  second: 'second-server',
  dealer: 'dealer',
} as const

export interface Cast {
  /** In the order of the members, which gives each its row. */
  readonly workers: readonly PeerId[]
  /** Learns the result. Its step, its model. */
  readonly first: PeerId
  /** Learns the distances, and chooses. */
  readonly second: PeerId
  /** Hands out correlated randomness, and sees no share. */
  readonly dealer: PeerId
}

/** @throws AGREEMENT_ROLES unless there are exactly one first server, one second and one dealer */
export function castOf(members: readonly Member[]): Cast {
  return {
    workers: peersWith(members, roles.worker),
    first: onlyPeerWith(members, roles.first),
    second: onlyPeerWith(members, roles.second),
    dealer: onlyPeerWith(members, roles.dealer),
  }
}
