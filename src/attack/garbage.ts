import type { Mesh } from '../mesh/mesh.ts'
import { lying } from './misbehave.ts'

/** Says random bytes: `length` of them, or as many as a vector has. */
export function garbage(mesh: Mesh, length: number | undefined): Mesh {
  return lying(mesh, ({ payload, say }) => say(mesh.random.bytes(length ?? payload.byteLength)))
}
