import type { VectorAttack } from './attack.ts'

/** Noise: every coordinate is uniform in [low, high). Garfield's "random" is that of [0, 1). */
export function uniform(low: number, high: number): VectorAttack {
  return ({ own, random }) => own.map(() => low + (high - low) * random.uniform())
}
