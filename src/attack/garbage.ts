import type { Mesh } from '../mesh/mesh.ts'
import { lying, others } from './misbehave.ts'

/** Says random bytes: `length` of them, or as many as a vector has. */
export function garbage(mesh: Mesh, length: number | undefined): Mesh {
  return lying(mesh, (tag, payload) =>
    mesh.publish(tag, mesh.random.bytes(length ?? payload.byteLength), { to: others(mesh) }),
  )
}
