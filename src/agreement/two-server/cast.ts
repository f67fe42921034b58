/** Who plays which role: what the signed roster says, and nobody can say of itself. */
import type { Member, PeerId } from '../../mesh/mesh.ts'
import { twoServerError } from './errors.ts'

/** As a roster spells the roles. */
export const roles = {
  worker: 'worker',
  first: 'first-server',
  second: 'second-server',
  dealer: 'dealer',
} as const

export type Role = (typeof roles)[keyof typeof roles]

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

/** @throws AGREEMENT_TWO_SERVER_CAST */
export function castOf(members: readonly Member[]): Cast {
  const playing = (role: Role) => members.filter((member) => member.role === role).map(({ peer }) => peer)
  const only = (role: Role): PeerId => {
    const [peer, ...others] = playing(role)
    if (peer !== undefined && others.length === 0) return peer
    const found = peer === undefined ? 0 : 1 + others.length
    throw twoServerError({ code: 'AGREEMENT_TWO_SERVER_CAST', role, found, needed: 'exactly 1' })
  }
  const workers = playing(roles.worker)
  if (workers.length === 0)
    throw twoServerError({
      code: 'AGREEMENT_TWO_SERVER_CAST',
      role: roles.worker,
      found: 0,
      needed: 'at least 1',
    })
  return { workers, first: only(roles.first), second: only(roles.second), dealer: only(roles.dealer) }
}

/** @throws AGREEMENT_TWO_SERVER_CAST where the member has no role in this protocol, or too many or few have one */
export function roleOf(self: PeerId, members: readonly Member[]): Role {
  const cast = castOf(members)
  if (self === cast.first) return roles.first
  if (self === cast.second) return roles.second
  if (self === cast.dealer) return roles.dealer
  if (cast.workers.includes(self)) return roles.worker
  const role = members.find(({ peer }) => peer === self)?.role ?? ''
  throw twoServerError({ code: 'AGREEMENT_TWO_SERVER_CAST', role, found: 1, needed: 'none' })
}
