/** Small swarms that say short things. */
import { bytes } from '../../src/mesh/codec.ts'
import type { Delivery, Mesh } from '../../src/mesh/mesh.ts'
import type { Tag, TagPattern } from '../../src/mesh/tag.ts'
import { type SimOptions, type SimWorld, simulate } from '../../src/sim/world.ts'

export const note = (step: number, hop = 0): Tag => ({ step, phase: 'note', kind: 'value', hop })

/** A swarm in which every tag is described: for all, or for recipients where the phase is `share`. */
export function swarm(options: Omit<SimOptions, 'describe'>): SimWorld {
  return simulate({
    ...options,
    describe: () => (tag) => ({
      maxBytes: 1 << 20,
      codec: bytes,
      audience: tag.phase === 'share' ? 'recipients' : 'all',
    }),
  })
}

export interface Arrival {
  readonly to: string
  readonly from: string
  readonly hop: number
  readonly atMs: number
}

/** When each thing that `mesh` hears arrives, until `signal` aborts. */
export async function arrivals(
  meshes: readonly Mesh[],
  pattern: TagPattern,
  signal: AbortSignal,
): Promise<readonly Arrival[]> {
  const arrived: Arrival[] = []
  const listen = async (mesh: Mesh) => {
    for await (const { from, tag } of mesh.listen(pattern, { signal }))
      arrived.push({ to: mesh.self, from, hop: tag.hop, atMs: mesh.clock.now() })
  }
  await Promise.all(meshes.map(listen))
  return arrived
}

/** Runs `body`, lets `ms` of virtual time pass, and returns what every member heard from the others meanwhile. */
export async function heardWithin(
  { clock, meshes }: SimWorld,
  ms: number,
  body: () => Promise<void>,
): Promise<readonly Arrival[]> {
  const over = new AbortController()
  clock.after(ms, () => over.abort())
  const [arrived] = await clock.until(Promise.all([arrivals(meshes, {}, over.signal), body()]))
  return arrived.filter(({ to, from }) => to !== from)
}

/** The first `count` deliveries under `pattern`. */
export async function hear(mesh: Mesh, pattern: TagPattern, count: number): Promise<readonly Delivery[]> {
  const enough = new AbortController()
  const heard: Delivery[] = []
  for await (const delivery of mesh.listen(pattern, { signal: enough.signal })) {
    heard.push(delivery)
    if (heard.length === count) enough.abort()
  }
  return heard
}

/** Everyone says its name in three rounds and waits for all. */
export async function chatter({ clock, meshes }: SimWorld): Promise<void> {
  const talk = async (mesh: Mesh) => {
    for (const hop of [0, 1, 2]) {
      await mesh.publish(note(1, hop), new TextEncoder().encode(mesh.self))
      await hear(mesh, note(1, hop), meshes.length)
    }
  }
  await clock.until(Promise.all(meshes.map(talk)))
}
