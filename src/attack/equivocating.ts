import type { Mesh } from '../mesh/mesh.ts'
import { bytesOf, lying, others, vectorIn } from './misbehave.ts'

/** Tells the first half of the others scale * v and the second half -scale * v. */
export function equivocating(mesh: Mesh, scale: number): Mesh {
  return lying(mesh, async (tag, payload) => {
    const audience = others(mesh)
    const half = Math.ceil(audience.length / 2)
    const scaled = (factor: number) => bytesOf(vectorIn(payload).map((x) => factor * x))
    await mesh.publish(tag, scaled(scale), { to: audience.slice(0, half) })
    await mesh.publish(tag, scaled(-scale), { to: audience.slice(half) })
  })
}
