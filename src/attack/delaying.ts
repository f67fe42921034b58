import type { Milliseconds } from '../mesh/clock.ts'
import type { Mesh } from '../mesh/mesh.ts'
import { lyingLater, others } from './misbehave.ts'

/** Says its vector `ms` late: just within the deadline it slows every exchange, just after it it is there for some only. */
export function delaying(mesh: Mesh, ms: Milliseconds): Mesh {
  return lyingLater(mesh, async (tag, payload) => {
    const kept = Uint8Array.from(payload)
    await mesh.clock.sleep(ms)
    await mesh.publish(tag, kept, { to: others(mesh) })
  })
}
