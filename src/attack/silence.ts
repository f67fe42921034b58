import type { Mesh } from '../mesh/mesh.ts'
import type { Conspiracy } from './conspiracy.ts'
import { lying } from './misbehave.ts'

/** Says nothing. */
export function silent(mesh: Mesh, { isLiedAbout }: Pick<Conspiracy, 'isLiedAbout'>): Mesh {
  return lying(mesh, async () => {}, isLiedAbout)
}

/**
 * Says its vector to the first `hearers` of the others and nothing to the rest: those who hear it leave the exchange early,
 * and whoever waits for it in vain misses their next vectors, unless they pass on what they heard (docs/PROOFS.md 6).
 */
export function withholding(mesh: Mesh, hearers: number): Mesh {
  return lying(mesh, ({ payload, audience, say }) => say(payload, { to: audience.slice(0, hearers) }))
}
