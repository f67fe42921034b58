/**
 * The point of no return. What a peer says of a step is signed under the roster and the tag, so a peer that began anew
 * under the same roster would sign something else under the same tags: an equivocation. It must therefore remember that it
 * began, and it must do so before anybody can have heard it: the record is on disk before the first such word is said.
 *
 * LEARN offers nothing; what a protocol offers it must offer after its first word of a step.
 */
import type { Mesh } from '../mesh/mesh.ts'
import { wrappedMesh } from '../mesh/wrapped-mesh.ts'

/** The mesh, with `record` done, once, before anything of step 1 or later is said. Where it fails nothing is said. */
export function recordingBeginning(mesh: Mesh, record: () => Promise<void>): Mesh {
  let recorded: Promise<void> | undefined
  return wrappedMesh(mesh, {
    async publish(tag, payload, options) {
      // Before step 1 members say that they are ready, in the same word each time: that may be said again.
      if (tag.step > 0) {
        recorded ??= record()
        await recorded
      }
      return mesh.publish(tag, payload, options)
    },
  })
}
