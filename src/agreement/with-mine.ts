/** What came from others, and this peer's own. */
import type { Gathered } from '../mesh/collect.ts'
import type { Mesh } from '../mesh/mesh.ts'

/** `mine` among what was gathered from others, in the order of the members. */
export function withMine<T>({ members, self }: Mesh, mine: T, gathered: Gathered<T>): Gathered<T> {
  const heard = new Map([...gathered.heard.map(({ peer, value }) => [peer, value] as const), [self, mine]])
  return {
    ...gathered,
    heard: members.flatMap(({ peer }) => {
      const value = heard.get(peer)
      return value === undefined ? [] : [{ peer, value }]
    }),
  }
}
