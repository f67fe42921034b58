import type { VectorAttack } from './attack.ts'

/** The same value everywhere: `zero` stalls what trusts small vectors, `nan` poisons what does not check its input. */
export function constant(value: number): VectorAttack {
  return ({ honest }) => new Float32Array(honest[0]?.length ?? 0).fill(value)
}
