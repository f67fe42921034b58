/** What attackers that can talk to each other would say if they were honest. */
import type { PeerId, Step } from '../mesh/mesh.ts'
import { formatTag, type Tag } from '../mesh/tag.ts'

/** One for all attackers of a conspiracy, where they run in one process. */
export class Confidences {
  readonly #told = new Map<string, { readonly step: Step; readonly vectors: Map<PeerId, Float32Array> }>()

  tell(tag: Tag, from: PeerId, own: Float32Array): void {
    const { step } = tag
    const name = formatTag(tag)
    const { vectors } = this.#told.get(name) ?? { vectors: new Map<PeerId, Float32Array>() }
    this.#told.set(name, { step, vectors: vectors.set(from, own) })
    // They are in one step or in two: nobody asks for what is older.
    for (const [old, told] of this.#told) if (told.step < step - 2) this.#told.delete(old)
  }

  /** What has been told by now, sorted by who did. */
  under(tag: Tag): readonly Float32Array[] {
    const told = [...(this.#told.get(formatTag(tag))?.vectors ?? [])]
    return told.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, vector]) => vector)
  }
}
