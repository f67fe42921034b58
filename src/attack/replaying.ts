import type { Mesh, Step } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import { lying, lyingLater } from './misbehave.ts'

/** Says under the tag of now what its protocol said `age` steps ago; the truth until there is something as old. */
export function replaying(mesh: Mesh, age: number): Mesh {
  const past = new Past(age)
  return lying(mesh, async ({ tag, payload, say }) => {
    past.keep(tag, payload)
    await say(past.of(tag) ?? payload)
  })
}

/**
 * Says its vector, and says again what it said `age` steps ago, under the tag of then. Its own mesh refuses to, once the
 * step is within the window, so `age` has to be beyond that: honest members drop it as stale.
 */
export function sayingStale(mesh: Mesh, age: number): Mesh {
  const past = new Past(age)
  return lyingLater(mesh, async ({ tag, payload, say }) => {
    past.keep(tag, payload)
    await say(payload)
    const old = past.of(tag)
    if (old !== undefined) await say(old, { tag: { ...tag, step: tag.step - age } })
  })
}

/** What was said, by phase, hop and step, for as long as it may be needed. */
class Past {
  readonly #age: number
  readonly #said = new Map<string, Map<Step, Uint8Array>>()

  constructor(age: number) {
    this.#age = age
  }

  keep({ phase, hop, step }: Tag, payload: Uint8Array): void {
    const key = `${phase}/${hop}`
    const bySteps = this.#said.get(key) ?? new Map<Step, Uint8Array>()
    this.#said.set(key, bySteps)
    bySteps.set(step, Uint8Array.from(payload))
    for (const old of bySteps.keys()) if (old < step - this.#age) bySteps.delete(old)
  }

  of({ phase, hop, step }: Tag): Uint8Array | undefined {
    return this.#said.get(`${phase}/${hop}`)?.get(step - this.#age)
  }
}
