/** Who plays which role: what the signed roster says, and nobody can say of itself. */
import type { Member, PeerId } from '../mesh/mesh.ts'
import { agreementError } from './errors.ts'
import type { Protocol } from './protocol.ts'

/** In the order of the members, which gives each its position. */
export function peersWith(members: readonly Member[], role: string): PeerId[] {
  return members.filter((member) => member.role === role).map(({ peer }) => peer)
}

/** @throws AGREEMENT_ROLES where there is none, or more than one */
export function onlyPeerWith(members: readonly Member[], role: string): PeerId {
  const [peer, ...others] = peersWith(members, role)
  if (peer !== undefined && others.length === 0) return peer
  throw agreementError({
    code: 'AGREEMENT_ROLES',
    role,
    found: peer === undefined ? 0 : 1 + others.length,
    needed: 'exactly 1',
  })
}

/** @throws AGREEMENT_ROLES where the member has no role in this protocol */
export function roleOf<const R extends string>(
  self: PeerId,
  members: readonly Member[],
  roles: readonly R[],
): R {
  const role = members.find(({ peer }) => peer === self)?.role ?? ''
  const known = roles.find((one) => one === role)
  if (known !== undefined) return known
  throw agreementError({ code: 'AGREEMENT_ROLES', role, found: 1, needed: 'none' })
}

/** Members of a role that may lie, at most, where `f` of those that train may. */
export function liarsIn(
  { trainer, serverF }: Pick<Protocol, 'trainer' | 'serverF'>,
  f: number,
): (role: string) => number {
  return (role) => (role === trainer ? f : serverF)
}
