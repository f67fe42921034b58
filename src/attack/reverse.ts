import type { VectorAttack } from './attack.ts'

/** Its own vector turned round, -scale * own: Garfield's "reverse", by 100. It needs to hear nobody. */
export function reverse(scale: number): VectorAttack {
  return ({ own }) => own.map((x) => -scale * x)
}
