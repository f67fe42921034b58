/**
 * Rushing adversaries: they hear the honest vectors first and then forge their own. Two of them do not wait for each other.
 */
import type { Mesh, PeerId } from '../mesh/mesh.ts'
import type { PersonalAttack, Sight, VectorAttack } from './attack.ts'
import { type Conspiracy, rankOf } from './conspiracy.ts'
import { bytesOf, lyingLater, type Saying, vectorIn } from './misbehave.ts'

/** Says one forged vector to all. An attack that learns is made once for each phase: gradients teach nothing about models. */
export function rushing(mesh: Mesh, make: () => VectorAttack, conspiracy: Conspiracy): Mesh {
  const attacks = new Map<string, VectorAttack>()
  return lyingLater(mesh, async (saying) => {
    const { phase } = saying.tag
    const attack = attacks.get(phase) ?? make()
    attacks.set(phase, attack)
    const { sight } = await look(mesh, saying, conspiracy)
    await saying.say(bytesOf(attack(sight)))
  })
}

/** Says to each honest member whose vector it heard a vector forged for that one, and nothing to the rest. */
export function rushingEach(mesh: Mesh, attack: PersonalAttack, conspiracy: Conspiracy): Mesh {
  return lyingLater(mesh, async (saying) => {
    const { sight, heard } = await look(mesh, saying, conspiracy)
    for (const [peer, vector] of heard)
      if (saying.audience.includes(peer)) await saying.say(bytesOf(attack(sight, vector)), { to: [peer] })
  })
}

interface Look {
  readonly sight: Sight
  /** The honest vectors by their sender, sorted. */
  readonly heard: readonly (readonly [PeerId, Float32Array])[]
}

async function look(mesh: Mesh, saying: Saying, conspiracy: Conspiracy): Promise<Look> {
  // A copy, before anything is waited for: the protocol above may write to its vector again.
  const own = vectorIn(saying.payload)
  const { colluders, confidences } = conspiracy
  confidences?.tell(saying.tag, mesh.self, own)
  const heard = await overhear(mesh, saying, conspiracy)
  const sight: Sight = {
    honest: heard.length > 0 ? heard.map(([, vector]) => vector) : [own],
    own,
    colluding: confidences?.under(saying.tag) ?? [own],
    liars: colluders.size,
    rank: rankOf(mesh.self, colluders),
    aggregate: conspiracy.aggregateOf(saying.tag.phase),
    random: mesh.random,
  }
  return { sight, heard }
}

/**
 * The vectors of those outside the conspiracy who have the liar's own role: all of them, or what is there after `rushMs`;
 * sorted by peer id. What others keep for those who ask, it asks for.
 */
async function overhear(
  mesh: Mesh,
  { tag, means }: Saying,
  { colluders, rushMs, ear }: Conspiracy,
): Promise<(readonly [PeerId, Float32Array])[]> {
  const role = roleOf(mesh.self, mesh)
  const honest = mesh.members.filter((member) => member.role === role && !colluders.has(member.peer))
  const heard = new Map<PeerId, Float32Array>()
  const enough = new AbortController()
  const { signal } = enough
  const take = (from: PeerId, payload: Uint8Array) => {
    if (signal.aborted || colluders.has(from)) return
    heard.set(from, vectorIn(payload))
    if (heard.size === honest.length) enough.abort()
  }
  if (honest.length === 0) return []
  const rush = mesh.clock.sleep(rushMs, { signal }).then(() => enough.abort())
  if (means === 'asked')
    for (const { peer } of honest)
      mesh.ask(peer, tag, { signal }).then(
        (payload) => take(peer, payload),
        () => {},
      )
  else {
    const said = means === 'some' && ear !== undefined ? ear(tag, { signal }) : mesh.listen(tag, { signal })
    for await (const { from, payload } of said) take(from, payload)
  }
  await rush
  return [...heard].sort(([a], [b]) => (a < b ? -1 : 1))
}

function roleOf(peer: PeerId, { members }: Mesh): string | undefined {
  return members.find((member) => member.peer === peer)?.role
}
