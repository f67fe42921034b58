import { mean, type VectorAttack } from './attack.ts'

/** The honest mean turned round: -scale * mean. Large scales wreck averaging in one step; robust rules cut them off. */
export function signFlip(scale: number): VectorAttack {
  return ({ honest }) => Float32Array.from(mean(honest), (x) => -scale * x)
}
