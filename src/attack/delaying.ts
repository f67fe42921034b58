import type { Milliseconds } from '../mesh/clock.ts'
import type { Mesh } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import { lyingLater, others } from './misbehave.ts'

/**
 * Says its vector `ms` after it heard that of another: just within the deadline that slows every exchange, just after it
 * the vector is there for some only. It does not count from its own start, since it would get ahead of those who wait.
 */
export function delaying(mesh: Mesh, ms: Milliseconds): Mesh {
  return lyingLater(mesh, async (tag, payload) => {
    const kept = Uint8Array.from(payload)
    await heardAnother(mesh, tag)
    await mesh.clock.sleep(ms)
    await mesh.publish(tag, kept, { to: others(mesh) })
  })
}

async function heardAnother(mesh: Mesh, tag: Tag): Promise<void> {
  const heard = new AbortController()
  for await (const { from } of mesh.listen(tag, { signal: heard.signal }))
    if (from !== mesh.self) heard.abort()
}
