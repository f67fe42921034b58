import type { Milliseconds } from '../mesh/clock.ts'
import type { Mesh } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import type { LiedAbout } from './conspiracy.ts'
import { type Lie, lyingLater } from './misbehave.ts'

/**
 * Says its vector `ms` after it heard that of another: just within the deadline that slows every exchange, just after it
 * the vector is there for some only. It does not count from its own start, since it would get
 * ahead of those who wait; unless it says its vector to some alone, and then hears nobody else.
 */
export function delaying(mesh: Mesh, ms: Milliseconds, { isLiedAbout }: LiedAbout = {}): Mesh {
  const late: Lie = async ({ tag, payload, means, say }) => {
    const kept = Uint8Array.from(payload)
    if (means === 'all') await heardAnother(mesh, tag)
    await mesh.clock.sleep(ms)
    await say(kept)
  }
  return lyingLater(mesh, late, isLiedAbout)
}

async function heardAnother(mesh: Mesh, tag: Tag): Promise<void> {
  const heard = new AbortController()
  for await (const { from } of mesh.listen(tag, { signal: heard.signal }))
    if (from !== mesh.self) heard.abort()
}
