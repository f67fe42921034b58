import type { VectorAttack } from './attack.ts'

/** Noise: every coordinate is normal with mean mu and standard deviation sigma. */
export function gaussian(mu: number, sigma: number): VectorAttack {
  return ({ honest, random }) =>
    Float32Array.from({ length: honest[0]?.length ?? 0 }, () => mu + sigma * random.normal())
}
