import type { Mesh, PeerId, Step } from '../mesh/mesh.ts'
import { formatTag } from '../mesh/tag.ts'
import type { LiedAbout } from './conspiracy.ts'
import { lying, lyingLater, type Saying } from './misbehave.ts'

/** Says under the tag of now what its protocol said `age` steps ago; the truth until there is something as old. */
export function replaying(mesh: Mesh, age: number, { isLiedAbout }: LiedAbout): Mesh {
  const past = new Past(age)
  return lying(
    mesh,
    async (saying) => {
      past.keep(saying)
      await saying.say(past.of(saying) ?? saying.payload)
    },
    isLiedAbout,
  )
}

/**
 * Says what it has to say, and says again what it said `age` steps ago, under the tag of then. Its own mesh refuses to, once
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
      if (old !== undefined) await say(old, { tag: { ...tag, step: tag.step - age } })
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
    for (const old of bySteps.keys()) if (old < step - this.#age) bySteps.delete(old)
  }

  of(saying: Saying): Uint8Array | undefined {
    return this.#said.get(keyOf(saying))?.get(saying.tag.step - this.#age)
  }
}

/** Different members may be told different things under one tag. */
function keyOf({ tag, means, audience }: Pick<Saying, 'tag' | 'means' | 'audience'>): string {
  const hearers: readonly PeerId[] = means === 'some' ? audience : []
  return [formatTag({ ...tag, step: 0 }), ...hearers].join(' ')
}
