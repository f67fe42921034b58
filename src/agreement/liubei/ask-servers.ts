/** Servers' models, asked for: one server's, or those of all. */
import type { Attendance } from '../../mesh/attendance.ts'
import type { Milliseconds } from '../../mesh/clock.ts'
import { f32 } from '../../mesh/codec.ts'
import type { Gathered } from '../../mesh/collect.ts'
import type { Mesh, PeerId } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import { abortable, scoped } from '../../util/signal.ts'

export interface AskOneOptions {
  readonly dimension: number
  readonly deadlineMs: Milliseconds
  /** Told whether the server answered in time. */
  readonly attendance: Attendance
  readonly signal: AbortSignal
}

/** Undefined where the server is silent until the deadline, or has no model: then it is blamed. */
export async function askOne(
  mesh: Mesh,
  server: PeerId,
  tag: Tag,
  { dimension, deadlineMs, attendance, signal: parent }: AskOneOptions,
): Promise<Float32Array | undefined> {
  const payload = await scoped(parent, (signal) =>
    Promise.race([
      mesh.ask(server, tag, { signal }),
      mesh.clock.sleep(deadlineMs, { signal }).then(() => undefined),
    ]),
  )
  parent.throwIfAborted()
  if (payload === undefined) attendance.missed(server)
  else attendance.heard(server)
  return payload && modelIn(mesh, server, tag, dimension, payload)
}

export interface AskAllOptions {
  /** In the order of the members. */
  readonly servers: readonly PeerId[]
  /** Those that are here already. */
  readonly known: ReadonlyMap<PeerId, Float32Array>
  readonly least: number
  readonly dimension: number
  readonly signal: AbortSignal
}

/** Waits for `least` of them as long as it takes. */
export async function askAll(
  mesh: Mesh,
  tag: Tag,
  { servers, known, least, dimension, signal: parent }: AskAllOptions,
): Promise<Gathered<Float32Array>> {
  const models = new Map(known)
  const refused = new Set<PeerId>()
  await scoped(parent, async (signal) => {
    const { promise: enough, resolve, reject } = Promise.withResolvers<void>()
    const look = () => models.size >= least && resolve()
    const ask = async (server: PeerId) => {
      const payload = await mesh.ask(server, tag, { signal })
      if (signal.aborted) return
      const model = modelIn(mesh, server, tag, dimension, payload)
      if (model === undefined) refused.add(server)
      else models.set(server, model)
      look()
    }
    look()
    for (const server of servers) if (!models.has(server)) ask(server).catch(reject)
    await abortable(enough, signal)
  })
  return {
    heard: servers.flatMap((peer) => {
      const value = models.get(peer)
      return value === undefined ? [] : [{ peer, value }]
    }),
    missing: servers.filter((peer) => !models.has(peer)),
    refused: servers.filter((peer) => refused.has(peer)),
  }
}

/** A copy: it outlives the step in which it came. */
function modelIn(
  mesh: Mesh,
  server: PeerId,
  tag: Tag,
  dimension: number,
  payload: Uint8Array,
): Float32Array | undefined {
  const decoded = f32(dimension).decode(payload)
  if ('value' in decoded) return decoded.value.slice()
  mesh.blame({ peer: server, kind: decoded.fault, tag })
  return undefined
}
