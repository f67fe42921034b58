/** Liars of BTARD: the protocol's own code on a learner or a mesh that lies. */
import type { ExchangePhase } from '../../../src/agreement/btard/tags.ts'
import type { Mesh } from '../../../src/mesh/mesh.ts'
import type { Tag } from '../../../src/mesh/tag.ts'
import { wrappedMesh } from '../../../src/mesh/wrapped-mesh.ts'
import type { Random } from '../../../src/util/prng.ts'
import type { Liar } from '../protocol-swarm.ts'

/**
 * Commits itself to what `forge` makes of its own gradient in the steps that `when` says, and says all that follows from that
 * gradient. Others' gradients it computes as they are, so it accuses nobody wrongly.
 */
export function wrongGradient(
  forge: (gradient: Float32Array) => Float32Array,
  when: (step: number) => boolean = () => true,
): Liar {
  let isOwn = false
  return {
    mesh: (mesh) =>
      wrappedMesh(mesh, {
        advance(step) {
          isOwn = when(step)
          mesh.advance(step)
        },
        async publish(tag, payload, options) {
          if (tag.phase === 'commit') isOwn = false
          await mesh.publish(tag, payload, options)
        },
      }),
    learner: (learner) => ({
      ...learner,
      gradient: async (options) => {
        const gradient = await learner.gradient(options)
        return isOwn ? forge(gradient) : gradient
      },
    }),
  }
}

/** As `wrongGradient`, by the same in every coordinate: what colluders may agree on. */
export const shifted = (by: number, when?: (step: number) => boolean) =>
  wrongGradient((gradient) => gradient.map((x) => x + by), when)

type Forge = (payload: Uint8Array, tag: Tag) => Uint8Array | undefined

/** Says what `forge` makes of what it has to say in one exchange, to itself too; nothing where that is undefined. */
export function saying(phase: ExchangePhase, forge: Forge): Liar {
  return { mesh: (mesh) => changing(mesh, (tag) => tag.phase === phase && tag.kind === 'said', forge) }
}

/** The same of any tags; `undefined` is not said. */
export function changing(mesh: Mesh, isLiedAbout: (tag: Tag) => boolean, forge: Forge): Mesh {
  return wrappedMesh(mesh, {
    async publish(tag, payload, options) {
      const said = isLiedAbout(tag) ? forge(payload, tag) : payload
      if (said !== undefined) await mesh.publish(tag, said, options)
    },
  })
}

/** Aggregates its column wrongly: off by `by` in its first coordinate. */
export const wrongColumn = (by: number) => saying('aggregate', (payload) => plus32(payload, 0, by))

/** Says a wrong product for column `j`. */
export const wrongProduct = (j: number, by: number) => saying('scalars', (payload) => plus64(payload, j, by))

/** Says a wrong distance for the last column. */
export const wrongDistance = (by: number) =>
  saying('scalars', (payload) => plus64(payload, payload.length / 8 - 1, by))

/** Accuses the contributor at `position`. */
export const accusing = (position: number) =>
  saying('accuse', (payload) => {
    const lie = Uint8Array.from(payload)
    lie[position >> 3] = (lie[position >> 3] ?? 0) | (1 << (position & 7))
    return lie
  })

/** Says that it is in dispute with the member at `position`. */
export function disputing(position: number): Liar {
  return {
    mesh: (mesh) =>
      changing(
        mesh,
        ({ phase, kind }) => phase === 'accuse' && kind === 'said',
        (payload) => {
          const lie = Uint8Array.from(payload)
          const at = payload.length - Math.ceil(mesh.members.length / 8) + (position >> 3)
          lie[at] = (lie[at] ?? 0) | (1 << (position & 7))
          return lie
        },
      ),
  }
}

/** Accuses nobody, and is in dispute with nobody. */
export const accusingNobody = saying('accuse', (payload) => payload.map(() => 0))

/** Says nothing at all to anybody, and runs the protocol. */
export const mute: Liar = {
  mesh: (mesh) =>
    changing(
      mesh,
      () => true,
      () => undefined,
    ),
}

/** Says nothing in one exchange, to nobody. */
export const silentIn = (phase: ExchangePhase) => saying(phase, () => undefined)

/** Reveals another nonce than it had committed itself to. */
export const otherNonce = saying('reveal', (payload) => payload.map((byte) => byte ^ 1))

/** Says bytes of a wrong length. */
export const tooShort = (phase: ExchangePhase) =>
  saying(phase, (payload) => payload.slice(0, payload.length - 1))

/** Tells the first `count` of the others something else in one exchange, or nothing. */
export function equivocating(
  phase: ExchangePhase,
  count: number,
  other: 'other' | 'nothing' = 'other',
): Liar {
  return {
    mesh: (mesh) =>
      wrappedMesh(mesh, {
        async publish(tag, payload, options) {
          if (tag.phase !== phase || tag.kind !== 'said') return mesh.publish(tag, payload, options)
          const peers = mesh.members.map(({ peer }) => peer)
          const chosen = peers.filter((peer) => peer !== mesh.self).slice(0, count)
          await mesh.publish(tag, payload, { to: peers.filter((peer) => !chosen.includes(peer)) })
          const lie = payload.map((byte) => byte ^ 255)
          if (other === 'other') await mesh.publish(tag, lie, { to: chosen })
        },
      }),
  }
}

/** Keeps its parts from the first `count` of those that should have them. */
export function withholding(count: number): Liar {
  return {
    mesh: (mesh) => {
      const victims = mesh.members.map(({ peer }) => peer).filter((peer) => peer !== mesh.self)
      const kept = new Set(victims.slice(0, count))
      return wrappedMesh(mesh, {
        async publish(tag, payload, options) {
          if (tag.phase === 'part' && options?.to?.some((peer) => kept.has(peer))) return
          await mesh.publish(tag, payload, options)
        },
      })
    },
  }
}

/** Sends parts that are not what it committed itself to. */
export const wrongParts: Liar = {
  mesh: (mesh) =>
    changing(
      mesh,
      ({ phase }) => phase === 'part',
      (payload) => payload.map((byte) => byte ^ 1),
    ),
}

/** Votes at random in the exchanges: its views, proposals and DONE name absent whom `random` says, to each receiver others. */
export function votingAtRandom(random: Random): Liar {
  return {
    mesh: (mesh) =>
      wrappedMesh(mesh, {
        async publish(tag, payload, options) {
          if (!['view', 'king', 'done'].includes(tag.kind)) return mesh.publish(tag, payload, options)
          await mesh.publish(tag, payload, { to: [mesh.self] })
          for (const { peer } of mesh.members) {
            if (peer === mesh.self || random.uniform() < 0.2) continue
            const lie = Uint8Array.from(payload)
            for (let from = 0; from < lie.length; from += 32)
              if (random.uniform() < 0.4) lie.fill(0, from, from + 32)
            await mesh.publish(tag, lie, { to: [peer] })
          }
        },
      }),
  }
}

/** Says what it says in the exchanges `ms` later: in time or not. */
export function late(ms: number): Liar {
  return {
    mesh: (mesh) =>
      wrappedMesh(mesh, {
        async publish(tag, payload, options) {
          if (tag.kind === 'said') await mesh.clock.sleep(ms)
          await mesh.publish(tag, payload, options)
        },
      }),
  }
}

/** Several lies at once. */
export function both(...liars: readonly Liar[]): Liar {
  return {
    mesh: (mesh, world) => liars.reduce((lying, liar) => liar.mesh?.(lying, world) ?? lying, mesh),
    learner: (learner) => liars.reduce((lying, liar) => liar.learner?.(lying) ?? lying, learner),
  }
}

/**
 * Says of the column that `owner` aggregates what makes all products of it sum to zero, once it has heard the others': the owner
 * may say any column then, and only a look at this liar's own gradient shows it.
 */
export function coveringFor(owner: number): Liar {
  const cover = async (mesh: Mesh, step: number, payload: Uint8Array) => {
    const heard = new Map([[mesh.self, payload]])
    const enough = new AbortController()
    void mesh.clock.sleep(100).then(() => enough.abort())
    for await (const delivery of mesh.listen(
      { step, phase: 'scalars', kind: 'said' },
      { signal: enough.signal },
    ))
      heard.set(delivery.from, delivery.payload)
    const contributors = [...heard.keys()].sort()
    const j = contributors.indexOf(mesh.members[owner]?.peer ?? '')
    const products = contributors.map(
      (peer) => new Float64Array((heard.get(peer) ?? payload).slice().buffer)[j] ?? 0,
    )
    return j < 0 ? payload : plus64(payload, j, -products.reduce((sum, product) => sum + product, 0))
  }
  return {
    mesh: (mesh) =>
      wrappedMesh(mesh, {
        async publish(tag, payload, options) {
          const isScalars = tag.phase === 'scalars' && tag.kind === 'said'
          await mesh.publish(tag, isScalars ? await cover(mesh, tag.step, payload) : payload, options)
        },
      }),
  }
}

function plus32(payload: Uint8Array, position: number, by: number): Uint8Array {
  const lie = new Float32Array(payload.slice().buffer)
  lie[position] = (lie[position] ?? 0) + by
  return new Uint8Array(lie.buffer)
}

function plus64(payload: Uint8Array, position: number, by: number): Uint8Array {
  const lie = new Float64Array(payload.slice().buffer)
  lie[position] = (lie[position] ?? 0) + by
  return new Uint8Array(lie.buffer)
}
