/**
 * Liars, as decorators over a mesh: the protocol's own code runs on top, what it says is what they change. The same
 * decorator runs in the simulator and in a real daemon. It can do what a peer with its own key can do, and no more: say
 * different things to different members, say nothing, late or again, say rubbish; not speak for others, nor keep honest
 * members from talking to each other.
 *
 * A liar says its honest vector to itself, so that the protocol above it carries on, and the lie to the others. Here is
 * what all of them are made of.
 */
import type { Mesh, PeerId } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import { wrappedMesh } from '../mesh/wrapped-mesh.ts'

/** Says to the others, by means of the mesh below, what the liar has them hear in the place of `payload`. */
export type Lie = (tag: Tag, payload: Uint8Array) => Promise<void>

/**
 * The mesh with what it says to the others about vectors replaced. Everything else passes unchanged: meeting and leaving,
 * private messages, and what it says to itself.
 */
export function lying(mesh: Mesh, lie: Lie): Mesh {
  return wrappedMesh(mesh, {
    async publish(tag, payload, options) {
      if (tag.kind !== 'value' || options?.to !== undefined) return mesh.publish(tag, payload, options)
      await mesh.publish(tag, payload, { to: [mesh.self] })
      await lie(tag, payload)
    },
  })
}

/**
 * As `lying`, for lies that take their time: the protocol above goes on meanwhile and hears the others. A lie that fails
 * is not told: the mesh was closed, or the rule that it aims at does not accept what there is.
 */
export function lyingLater(mesh: Mesh, lie: Lie): Mesh {
  return lying(mesh, async (tag, payload) => {
    lie(tag, payload).catch(() => {})
  })
}

export function others(mesh: Mesh): PeerId[] {
  return mesh.members.map(({ peer }) => peer).filter((peer) => peer !== mesh.self)
}

export function vectorIn(payload: Uint8Array): Float32Array {
  return new Float32Array(payload.slice().buffer)
}

export function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
}
