import type { Mesh, PeerId, Step } from '../mesh/mesh.ts'
import type { LiedAbout } from './conspiracy.ts'
import { lying } from './misbehave.ts'

/** Says nothing. */
export function silent(mesh: Mesh, { isLiedAbout }: LiedAbout): Mesh {
  return lying(mesh, async () => {}, isLiedAbout)
}

/** Steps behind the newest of which a liar still has something to say: more than any window. */
const remembered = 1000

/**
 * Says what it says of a step to the first `hearers` members to whom it has something to say, and nothing to the rest: those
 * who hear it leave the exchange early, and whoever waits for it in vain misses their next vectors, unless they pass on what
 * they heard (docs/PROOFS.md 6).
 */
export function withholding(mesh: Mesh, hearers: number, { isLiedAbout }: LiedAbout = {}): Mesh {
  const chosen = new Map<Step, Set<PeerId>>()
  const hearersOf = (step: Step) => {
    const known = chosen.get(step) ?? new Set<PeerId>()
    chosen.set(step, known)
    for (const old of chosen.keys()) if (old < step - remembered) chosen.delete(old)
    return known
  }
  return lying(
    mesh,
    async ({ tag, payload, audience, say }) => {
      const heard = hearersOf(tag.step)
      for (const peer of audience) if (heard.size < hearers) heard.add(peer)
      const to = audience.filter((peer) => heard.has(peer))
      if (to.length > 0) await say(payload, { to })
    },
    isLiedAbout,
  )
}
