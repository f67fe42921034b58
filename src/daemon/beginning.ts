/**
 * The point of no return. What a peer says of a step is signed under the roster and the tag, so a peer that began anew
 * under the same roster would sign something else under the same tags: an equivocation. It must therefore remember that it
 * began, and it must do so before anybody can have heard it: the record is on disk before the first such word is said.
 *
 * So it is before anybody can ask for what is kept for those who ask: who asks meanwhile waits.
 */
import type { Mesh } from '../mesh/mesh.ts'
import { wrappedMesh } from '../mesh/wrapped-mesh.ts'

/**
 * The mesh, with `record` done, once, before anything of step 1 or later is said or offered. Where it fails nothing is said;
 * `record` tells those who must know.
 */
export function recordingBeginning(mesh: Mesh, record: () => Promise<void>): Mesh {
  let recorded: Promise<void> | undefined
  let isRecorded = false
  const early: (() => void)[] = []
  const begin = () => {
    recorded ??= record().then(() => {
      isRecorded = true
      for (const offer of early) offer()
    })
    return recorded
  }
  return wrappedMesh(mesh, {
    async publish(tag, payload, options) {
      // Before step 1 members say that they are ready, in the same word each time: that may be said again.
      if (tag.step > 0) await begin()
      return mesh.publish(tag, payload, options)
    },
    offer(tag, payload) {
      if (tag.step === 0 || isRecorded) return mesh.offer(tag, payload)
      // A copy now: an offer is what it was when it was made.
      const offered = typeof payload === 'function' ? payload : payload.slice()
      early.push(() => mesh.offer(tag, offered))
      begin().catch(() => {})
    },
  })
}
