/** Whom to pull from. */
import type { Mesh, PeerId } from '../../mesh/mesh.ts'

/**
 * `count` of the other members, uniformly and without replacement, in the order of the members. From the mesh's own chance,
 * which at a peer is the system's: nobody else can know it.
 */
export function drawOthers(
  { members, self, random }: Pick<Mesh, 'members' | 'self' | 'random'>,
  count: number,
): PeerId[] {
  const others = members.map(({ peer }) => peer).filter((peer) => peer !== self)
  // The first `count` places of a Fisher-Yates shuffle.
  const drawn = new Set<PeerId>()
  for (let i = 0; i < Math.min(count, others.length); i++) {
    const j = i + random.below(others.length - i)
    const [here, there] = [others[i] as PeerId, others[j] as PeerId]
    others[i] = there
    others[j] = here
    drawn.add(there)
  }
  return members.map(({ peer }) => peer).filter((peer) => drawn.has(peer))
}
