import type { Mesh } from '../mesh/mesh.ts'
import { bytesOf, lying, vectorIn } from './misbehave.ts'

/** Tells the first half of its audience scale * v and the second half -scale * v. */
export function equivocating(mesh: Mesh, scale: number): Mesh {
  return lying(mesh, async ({ payload, audience, say }) => {
    const half = Math.ceil(audience.length / 2)
    const scaled = (factor: number) => bytesOf(vectorIn(payload).map((x) => factor * x))
    await say(scaled(scale), { to: audience.slice(0, half) })
    await say(scaled(-scale), { to: audience.slice(half) })
  })
}
