/** Who has which role: the founder decides, and signs it with the roster. What a role does is the protocol's matter. */
import type { Member, PeerId } from '../mesh/mesh.ts'

export interface Cast {
  /** A role for each member that serves, in the order in which they are given out. */
  readonly servers: readonly string[]
  /** The role of all others, and how many there are. */
  readonly trainer: string
  readonly trainers: number
  /** Who is to have which role, whoever comes first. */
  readonly named: ReadonlyMap<PeerId, string>
}

/** Members that the swarm has, the founder included. */
export function membersIn({ servers, trainers }: Pick<Cast, 'servers' | 'trainers'>): number {
  return servers.length + trainers
}

/** Every role as often as it is given out. */
export function rolesIn({ servers, trainer, trainers }: Omit<Cast, 'named'>): string[] {
  return [...servers, ...Array.from({ length: trainers }, () => trainer)]
}

/** Those who are named have their roles; the others, in their order, what is left of the servers' and then the trainers'. */
export function assignRoles(peers: readonly PeerId[], cast: Cast): Member[] {
  const left = rolesIn(cast)
  for (const peer of peers) {
    const at = left.indexOf(cast.named.get(peer) ?? '')
    if (at >= 0) left.splice(at, 1)
  }
  return peers.map((peer) => ({ peer, role: cast.named.get(peer) ?? left.shift() ?? cast.trainer }))
}

/** Why these are not the members that the cast asks for; undefined where they are. */
export function misfitOf(members: readonly Member[], cast: Cast): string | undefined {
  const needed = rolesIn(cast)
  if (members.length !== needed.length)
    return `it names ${members.length} members and the swarm has ${needed.length}`
  const given = members.map(({ role }) => role)
  const unequal = [...new Set(needed)].find((role) => count(given, role) !== count(needed, role))
  if (unequal !== undefined)
    return `it gives the role ${unequal} to ${count(given, unequal)} members and the swarm has ${count(needed, unequal)}`
  for (const [peer, role] of cast.named)
    if (!members.some((member) => member.peer === peer && member.role === role))
      return `${peer} was to have the role ${role}`
  return undefined
}

function count(roles: readonly string[], wanted: string): number {
  return roles.filter((role) => role === wanted).length
}
