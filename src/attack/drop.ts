import type { VectorAttack } from './attack.ts'

/**
 * Parts get lost: in its own vector every coordinate is 0 with probability `share`. Garfield's "drop", which as published leaves
 * the vector as it is, because what it makes is thrown away.
 */
export function drop(share: number): VectorAttack {
  return ({ own, random }) => own.map((x) => (random.uniform() < share ? 0 : x))
}
