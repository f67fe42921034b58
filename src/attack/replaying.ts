import type { Mesh, PeerId, Step } from '../mesh/mesh.ts'
import { formatTag } from '../mesh/tag.ts'
import type { LiedAbout } from './conspiracy.ts'
import { lying, lyingLater, type Saying } from './misbehave.ts'

/** Says under the tag of now the newest that its protocol said `age` steps ago or before; the truth until there is any. */
export function replaying(mesh: Mesh, age: number, { isLiedAbout }: LiedAbout): Mesh {
  const past = new Past(age)
  return lying(
    mesh,
    async (saying) => {
      past.keep(saying)
      await saying.say(past.of(saying)?.payload ?? saying.payload)
    },
    isLiedAbout,
  )
}

/**
 * Says what it has to say, and says again the newest that it said `age` steps ago or before, under the tag of then. Its own mesh refuses to, once
 * the step is within the window, so `age` has to be beyond that: honest members drop it as stale.
 */
export function sayingStale(mesh: Mesh, age: number, { isLiedAbout }: LiedAbout): Mesh {
  const past = new Past(age)
  return lyingLater(
    mesh,
    async (saying) => {
      const { tag, payload, say } = saying
      past.keep(saying)
      const old = past.of(saying)
      await say(payload)
      if (old !== undefined) await say(old.payload, { tag: { ...tag, step: old.step } })
    },
    isLiedAbout,
  )
}

/** What was said, by tag but for the step, by whom it was for, and by step, for as long as it may be needed. */
class Past {
  readonly #age: number
  readonly #said = new Map<string, Map<Step, Uint8Array>>()

  constructor(age: number) {
    this.#age = age
  }

  keep(saying: Saying): void {
    const { step } = saying.tag
    const key = keyOf(saying)
    const bySteps = this.#said.get(key) ?? new Map<Step, Uint8Array>()
    this.#said.set(key, bySteps)
    bySteps.set(step, Uint8Array.from(saying.payload))
    const newest = this.of(saying)?.step ?? 0
    for (const old of bySteps.keys()) if (old < newest) bySteps.delete(old)
  }

  /** Not every protocol says something at every step. */
  of(saying: Saying): { readonly step: Step; readonly payload: Uint8Array } | undefined {
    const bySteps = [...(this.#said.get(keyOf(saying)) ?? [])]
    const found = bySteps.findLast(([step]) => step <= saying.tag.step - this.#age)
    return found && { step: found[0], payload: found[1] }
  }
}

/** Different members may be told different things under one tag. */
function keyOf({ tag, means, audience }: Pick<Saying, 'tag' | 'means' | 'audience'>): string {
  const hearers: readonly PeerId[] = means === 'some' ? audience : []
  return [formatTag({ ...tag, step: 0 }), ...hearers].join(' ')
}
