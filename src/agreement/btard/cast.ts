/** Who does what in a step, drawn from public randomness. */
import type { PeerId } from '../../mesh/mesh.ts'
import { permutation } from '../../util/prng.ts'
import { type PublicRandomness, publicChance } from './public-randomness.ts'

export interface Cast {
  /** Everybody who is not banned. */
  readonly members: readonly PeerId[]
  /** Those who compute a gradient; the j-th aggregates the j-th part. In the order of the members. */
  readonly contributors: readonly PeerId[]
  /** Those who will look at one of the others' instead, in the order in which those are drawn. */
  readonly validators: readonly PeerId[]
}

/** Fewer validators than `wanted` where they would leave no more than 2f contributors. */
export function castOf(
  randomness: PublicRandomness,
  members: readonly PeerId[],
  { f, validators: wanted }: { readonly f: number; readonly validators: number },
): Cast {
  const count = Math.max(0, Math.min(wanted, members.length - (2 * f + 1)))
  const order = permutation(members.length, publicChance(randomness, 'validators'))
  const validators = [...order.subarray(0, count)].map((i) => members[i] ?? '')
  return { members, validators, contributors: members.filter((peer) => !validators.includes(peer)) }
}

/** The draw whose batch a contributor computes: from 1 to 2^31 - 1. */
export function drawOf(randomness: PublicRandomness, contributor: PeerId): number {
  return 1 + publicChance(randomness, 'draw', contributor).below(0x7fffffff)
}

/** Whom `validator` is to look at; drawn when all have committed themselves. Undefined where it is no validator. */
export function targetOf(
  randomness: PublicRandomness,
  { contributors, validators }: Cast,
  validator: PeerId,
): PeerId | undefined {
  const position = validators.indexOf(validator)
  if (position < 0) return undefined
  const order = permutation(contributors.length, publicChance(randomness, 'targets'))
  return contributors[order[position % order.length] ?? 0]
}
