/**
 * Rushing adversaries: they hear the honest vectors first and then forge their own. Two of them do not wait for each other.
 */
import type { Mesh, PeerId } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import type { PersonalAttack, Sight, VectorAttack } from './attack.ts'
import type { Conspiracy } from './conspiracy.ts'
import { bytesOf, lyingLater, others, vectorIn } from './misbehave.ts'

/** Says one forged vector to all. An attack that learns is made once for each phase: gradients teach nothing about models. */
export function rushing(mesh: Mesh, make: () => VectorAttack, conspiracy: Conspiracy): Mesh {
  const attacks = new Map<string, VectorAttack>()
  return lyingLater(mesh, async (tag, payload) => {
    const attack = attacks.get(tag.phase) ?? make()
    attacks.set(tag.phase, attack)
    const { sight } = await look(mesh, tag, payload, conspiracy)
    await mesh.publish(tag, bytesOf(attack(sight)), { to: others(mesh) })
  })
}

/** Says to each honest member whose vector it heard a vector forged for that one, and nothing to the rest. */
export function rushingEach(mesh: Mesh, attack: PersonalAttack, conspiracy: Conspiracy): Mesh {
  return lyingLater(mesh, async (tag, payload) => {
    const { sight, heard } = await look(mesh, tag, payload, conspiracy)
    for (const [peer, vector] of heard)
      await mesh.publish(tag, bytesOf(attack(sight, vector)), { to: [peer] })
  })
}

interface Look {
  readonly sight: Sight
  /** The honest vectors by their sender, sorted. */
  readonly heard: readonly (readonly [PeerId, Float32Array])[]
}

async function look(mesh: Mesh, tag: Tag, payload: Uint8Array, conspiracy: Conspiracy): Promise<Look> {
  const heard = await overhear(mesh, tag, conspiracy)
  const own = vectorIn(payload)
  const sight: Sight = {
    honest: heard.length > 0 ? heard.map(([, vector]) => vector) : [own],
    own,
    liars: conspiracy.colluders.size,
    aggregate: conspiracy.aggregateOf(tag.phase),
    random: mesh.random,
  }
  return { sight, heard }
}

/** The vectors of those outside the conspiracy: all of them, or what is there after `rushMs`; sorted by peer id. */
async function overhear(
  mesh: Mesh,
  tag: Tag,
  { colluders, rushMs }: Conspiracy,
): Promise<(readonly [PeerId, Float32Array])[]> {
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
  return [...heard].sort(([a], [b]) => (a < b ? -1 : 1))
}
