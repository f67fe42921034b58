import type { Mesh, Step } from '../mesh/mesh.ts'
import { wrappedMesh } from '../mesh/wrapped-mesh.ts'
import { type Parameters, whole } from '../util/parameter.ts'
import { type Conspiracy, rankOf } from './conspiracy.ts'

/** When an attacker attacks; at other times it follows the protocol. */
export interface Occasions {
  /** The first step at which it attacks. */
  readonly from: number
  /** In how many steps its turn comes once: the colluders take turns, in the order of their peer ids. 1 for every step. */
  readonly every: number
}

export const always: Occasions = { from: 1, every: 1 }

/** What every attack that says something takes beside its own parameters. */
export const occasionParameters = {
  from: whole(1, 1_000_000_000, 1),
  every: whole(1, 1_000_000_000, 1),
} satisfies Parameters

/** `mesh` as it is, but on its occasions as `liar` has it. Both stand on the same mesh, and a liar changes what it says. */
export function onOccasion(
  mesh: Mesh,
  liar: Mesh,
  { from, every }: Occasions,
  { colluders }: Conspiracy,
): Mesh {
  if (from <= 1 && every === 1) return liar
  const rank = rankOf(mesh.self, colluders)
  const isTurn = (step: Step) => step >= from && (step + rank) % every === 0
  return wrappedMesh(liar, {
    publish: (tag, payload, options) => (isTurn(tag.step) ? liar : mesh).publish(tag, payload, options),
    offer: (tag, payload) => (isTurn(tag.step) ? liar : mesh).offer(tag, payload),
  })
}
