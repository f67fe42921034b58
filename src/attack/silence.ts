import type { Mesh } from '../mesh/mesh.ts'
import { lying, others } from './misbehave.ts'

/** Says nothing. */
export function silent(mesh: Mesh): Mesh {
  return lying(mesh, async () => {})
}

/**
 * Says its vector to the first `hearers` of the others and nothing to the rest: those who hear it leave the exchange early,
 * and whoever waits for it in vain misses their next vectors, unless they pass on what they heard (docs/PROOFS.md 6).
 */
export function withholding(mesh: Mesh, hearers: number): Mesh {
  return lying(mesh, (tag, payload) => mesh.publish(tag, payload, { to: others(mesh).slice(0, hearers) }))
}
