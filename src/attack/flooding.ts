import type { Mesh } from '../mesh/mesh.ts'
import { lying } from './misbehave.ts'

/** Hops count from 0 and stay small, so these, down from the largest that a tag can say, are no exchange's. */
const lastHop = 9999

/** Says its vector to all, and then again under `count` more tags that nobody asked for. */
export function flooding(mesh: Mesh, count: number): Mesh {
  return lying(mesh, async ({ tag, payload, say }) => {
    await say(payload)
    for (let i = 0; i < count; i++) await say(payload, { tag: { ...tag, hop: lastHop - i } })
  })
}
