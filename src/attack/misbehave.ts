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

/** What the protocol above says, a vector as a rule, and the means to say something else instead. */
export interface Saying {
  readonly tag: Tag
  readonly payload: Uint8Array
  /** Whom it is meant for, but for the liar itself: all others, or those to whom the protocol says it alone. */
  readonly audience: readonly PeerId[]
  /** `all`: said to all. `some`: said to some directly, so that the others do not hear it. `asked`: kept for those who ask. */
  readonly means: 'all' | 'some' | 'asked'
  /**
   * Has `to` hear `payload`, by the means of the protocol; under another tag, for which nobody asks, without being asked.
   * @default the whole audience, under the tag itself
   */
  say(payload: Uint8Array, options?: { readonly to?: readonly PeerId[]; readonly tag?: Tag }): Promise<void>
}

/** Has the audience hear what the liar wants it to. */
export type Lie = (saying: Saying) => Promise<void>

/**
 * The mesh with what it says to others about vectors replaced, whether it says that to all, to some, or keeps it for those
 * who ask. Everything else passes unchanged: meeting and leaving, digests and votes, and what it says to itself.
 */
export function lying(mesh: Mesh, lie: Lie, isLiedAbout = isVector): Mesh {
  return wrappedMesh(mesh, {
    async publish(tag, payload, options) {
      if (!isLiedAbout(tag)) return mesh.publish(tag, payload, options)
      const { to } = options ?? {}
      if (to === undefined || to.includes(mesh.self)) await mesh.publish(tag, payload, { to: [mesh.self] })
      const audience = others(mesh).filter((peer) => to?.includes(peer) ?? true)
      await lie({
        tag,
        payload,
        audience,
        means: to === undefined ? 'all' : 'some',
        say: (forged, { to = audience, tag: under = tag } = {}) =>
          mesh.publish(under, forged, { ...options, to }),
      })
    },
    offer(tag, payload) {
      if (!isLiedAbout(tag)) return mesh.offer(tag, payload)
      const honest = (asker: PeerId) => (typeof payload === 'function' ? payload(asker) : payload)
      // Some things are kept for some alone.
      const audience = others(mesh).filter((peer) => honest(peer) !== undefined)
      const answers = new Map<PeerId, Uint8Array>()
      // Its audience waits until the liar has an answer for it.
      const answer = () =>
        mesh.offer(tag, (asker) => (asker === mesh.self ? honest(asker) : answers.get(asker)))
      answer()
      const [first] = audience
      const own = first === undefined ? undefined : honest(first)
      if (own === undefined) return
      const said = lie({
        tag,
        payload: own,
        audience,
        means: 'asked',
        async say(forged, { to = audience, tag: under = tag } = {}) {
          if (under !== tag) return mesh.publish(under, forged, { to })
          for (const peer of to) answers.set(peer, forged)
          answer()
        },
      })
      // A lie that fails is not told, and whoever asks for it waits in vain.
      said.catch(() => {})
    },
  })
}

/**
 * As `lying`, for lies that take their time: the protocol above goes on meanwhile and hears the others. A lie that fails
 * is not told: the mesh was closed, or the rule that it aims at does not accept what there is.
 */
export function lyingLater(mesh: Mesh, lie: Lie, isLiedAbout = isVector): Mesh {
  const begin: Lie = async (saying) => {
    lie(saying).catch(() => {})
  }
  return lying(mesh, begin, isLiedAbout)
}

/** Whether a vector is said under the tag, as it is. */
export function isVector({ kind }: Tag): boolean {
  return kind === 'value'
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
