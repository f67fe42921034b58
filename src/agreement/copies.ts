/**
 * Copies of what an origin said, for members to whom it said something else or nothing: each member offers the payload that
 * it echoed or delivered, and who lacks it asks.
 */
import type { Milliseconds } from '../mesh/clock.ts'
import type { Mesh, PeerId } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import { abortable, scoped } from '../util/signal.ts'

/** How long one holder may keep a member waiting before the next is asked as well. */
const patienceMs: Milliseconds = 500

/** Lets any member have `payload`, which is what `tag.origin` said under `tag`; in place of what was offered before. */
export function offerCopy(mesh: Mesh, tag: Tag, payload: Uint8Array): void {
  // A function, because offered bytes are copied, and these are many and never change.
  mesh.offer(copyTag(tag), () => payload)
}

export interface CopyRequest {
  /** Who says that it has it: asked first. At least f+1 of them are honest. */
  readonly holders: ReadonlySet<PeerId>
  readonly isIt: (payload: Uint8Array) => boolean
  /** False while it may still come by itself, as most do. */
  readonly isUrgent: boolean
  readonly signal: AbortSignal
}

/**
 * What `tag.origin` said under `tag`, from whoever has it: holders first, then everyone, one more at each patience. What is
 * not it is passed over, and nobody is blamed: an honest member may have heard something else. Rejects when `signal` aborts.
 */
export async function fetchCopy(
  mesh: Mesh,
  tag: Tag,
  { holders, isIt, isUrgent, signal: parent }: CopyRequest,
): Promise<Uint8Array> {
  const others = mesh.members.map(({ peer }) => peer).filter((peer) => peer !== mesh.self)
  const order = others.toSorted((a, b) => Number(holders.has(b)) - Number(holders.has(a)))
  return scoped(parent, async (signal) => {
    const { promise: found, resolve } = Promise.withResolvers<Uint8Array>()
    let isFound = false
    const take = (payload: Uint8Array) => {
      if (!isIt(payload)) return
      isFound = true
      resolve(payload)
    }
    if (!isUrgent) await mesh.clock.sleep(patienceMs, { signal })
    for (const peer of order) {
      if (isFound || signal.aborted) break
      mesh.ask(peer, copyTag(tag), { signal }).then(take, () => {}) // another one has it
      await Promise.race([found, mesh.clock.sleep(patienceMs, { signal })])
    }
    return abortable(found, signal)
  })
}

function copyTag({ step, phase, hop, origin }: Tag): Tag {
  return { step, phase, kind: 'copy', hop, ...(origin === undefined ? {} : { origin }) }
}
