/**
 * Liars, as decorators over a mesh: the protocol's own code runs on top, what it says is what they change. The same
 * decorator runs in the simulator and in a real daemon. It can do what a peer with its own key can do, and no more: say
 * different things to different members, say nothing, say rubbish; not speak for others, nor keep honest members from
 * talking to each other.
 *
 * A liar says its honest vector to itself, so that the protocol above it carries on, and the lie to the others.
 */
import type { Milliseconds } from '../mesh/clock.ts'
import type { Mesh, PeerId, PublishOptions } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import type { VectorAttack } from './attack.ts'

export interface Conspiracy {
  /** Everyone who attacks together, this peer included: their vectors are not honest, and nobody waits for them. */
  readonly colluders: ReadonlySet<PeerId>
  /** How long to wait for honest vectors before forging from what is there: well below the honest deadline. */
  readonly rushMs: Milliseconds
}

/** Attacks only what is aggregated: vectors. Meeting and leaving stay honest. */
function isVector(tag: Tag): boolean {
  return tag.kind === 'value'
}

/**
 * Hears the honest vectors first, then forges its own (a rushing adversary). Two rushing liars do not wait for each other.
 */
export function rushing(mesh: Mesh, forge: VectorAttack, { colluders, rushMs }: Conspiracy): Mesh {
  const lie = async (tag: Tag, payload: Uint8Array) => {
    const heard = await overhear(mesh, tag, colluders, rushMs)
    const honest = heard.length > 0 ? heard : [vectorIn(payload)]
    await mesh.publish(tag, bytesOf(forge({ honest, random: mesh.random })), { to: others(mesh) })
  }
  return saying(mesh, async (tag, payload) => {
    await mesh.publish(tag, payload, { to: [mesh.self] })
    // Not awaited: the protocol above must go on to hear the others. It fails only where the mesh is closed meanwhile.
    lie(tag, payload).catch(() => {})
  })
}

/** Tells the first half of the others scale * v and the second half -scale * v. */
export function equivocating(mesh: Mesh, scale: number): Mesh {
  return saying(mesh, async (tag, payload) => {
    const audience = others(mesh)
    const half = Math.ceil(audience.length / 2)
    const scaled = (factor: number) => bytesOf(vectorIn(payload).map((x) => factor * x))
    await mesh.publish(tag, payload, { to: [mesh.self] })
    await mesh.publish(tag, scaled(scale), { to: audience.slice(0, half) })
    await mesh.publish(tag, scaled(-scale), { to: audience.slice(half) })
  })
}

/** Says nothing from step `from` on. */
export function silent(mesh: Mesh, from: number): Mesh {
  return saying(mesh, (tag, payload) =>
    mesh.publish(tag, payload, tag.step < from ? {} : { to: [mesh.self] }),
  )
}

/** Says random bytes: `length` of them, or as many as a vector has. */
export function garbage(mesh: Mesh, length: number | undefined): Mesh {
  return saying(mesh, async (tag, payload) => {
    await mesh.publish(tag, payload, { to: [mesh.self] })
    await mesh.publish(tag, mesh.random.bytes(length ?? payload.byteLength), { to: others(mesh) })
  })
}

/** The mesh with what it says about vectors replaced. Everything else, private messages included, passes unchanged. */
function saying(mesh: Mesh, say: (tag: Tag, payload: Uint8Array) => Promise<void>): Mesh {
  return {
    self: mesh.self,
    members: mesh.members,
    clock: mesh.clock,
    random: mesh.random,
    publish: (tag: Tag, payload: Uint8Array, options?: PublishOptions) =>
      isVector(tag) && options?.to === undefined ? say(tag, payload) : mesh.publish(tag, payload, options),
    offer: (tag, payload) => mesh.offer(tag, payload),
    listen: (pattern, options) => mesh.listen(pattern, options),
    ask: (peer, tag, options) => mesh.ask(peer, tag, options),
    presence: (options) => mesh.presence(options),
    blame: (fault) => mesh.blame(fault),
    advance: (step) => mesh.advance(step),
  }
}

/** The vectors of those outside the conspiracy: all of them, or what is there after `rushMs`; sorted by peer id. */
async function overhear(
  mesh: Mesh,
  tag: Tag,
  colluders: ReadonlySet<PeerId>,
  rushMs: Milliseconds,
): Promise<readonly Float32Array[]> {
  const honest = mesh.members.filter(({ peer }) => !colluders.has(peer)).length
  const heard = new Map<PeerId, Float32Array>()
  const enough = new AbortController()
  const rush = mesh.clock.sleep(rushMs, { signal: enough.signal }).then(() => enough.abort())
  for await (const { from, payload } of mesh.listen(tag, { signal: enough.signal })) {
    if (colluders.has(from)) continue
    heard.set(from, vectorIn(payload))
    if (heard.size === honest) enough.abort()
  }
  await rush
  return [...heard].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, vector]) => vector)
}

function others(mesh: Mesh): PeerId[] {
  return mesh.members.map(({ peer }) => peer).filter((peer) => peer !== mesh.self)
}

function vectorIn(payload: Uint8Array): Float32Array {
  return new Float32Array(payload.slice().buffer)
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
}
