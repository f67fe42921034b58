import type { Mesh } from '../mesh/mesh.ts'
import { isCoded } from '../util/coded-error.ts'
import type { LiedAbout } from './conspiracy.ts'
import { lying, type Saying } from './misbehave.ts'

/** Hops count from 0 and stay small, so these, down from the largest that a tag can say, are no exchange's. */
const lastHop = 9999

/** Beyond every window, so that what is said of such a step is nothing that the liar will have to say itself. */
const farAhead = 10_000

/** Nobody takes what is so far ahead, whatever is in it; and the liar's own mesh would keep it until then. */
const nothing = new Uint8Array()

/**
 * Says what it has to say, and then again under `count` more tags that nobody asked for: of more hops or, where the protocol
 * has no tags for them and its own mesh lets none through, nothing at all of steps far ahead.
 */
export function flooding(mesh: Mesh, count: number, { isLiedAbout }: LiedAbout): Mesh {
  const flood = async ({ tag, payload, say }: Saying) => {
    await say(payload)
    for (let i = 0; i < count; i++)
      try {
        await say(payload, { tag: { ...tag, hop: lastHop - i } })
      } catch (error) {
        if (!isCoded(error, 'MESH_NO_DESCRIPTION')) throw error
        await say(nothing, { tag: { ...tag, step: tag.step * farAhead + i } })
      }
  }
  return lying(mesh, flood, isLiedAbout)
}
