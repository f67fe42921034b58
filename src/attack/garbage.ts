import type { Mesh } from '../mesh/mesh.ts'
import type { LiedAbout } from './conspiracy.ts'
import { lying } from './misbehave.ts'

/** Says random bytes: `length` of them, or as many as there would be. */
export function garbage(mesh: Mesh, length: number | undefined, { isLiedAbout }: LiedAbout): Mesh {
  return lying(mesh, ({ payload, say }) => say(mesh.random.bytes(length ?? payload.byteLength)), isLiedAbout)
}
