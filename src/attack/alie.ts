import { deviation, mean, type VectorAttack } from './attack.ts'

/**
 * "A little is enough" (Baruch, Baruch, Goldberg, NeurIPS 2019): mean + tau * standard deviation of the honest vectors per
 * coordinate. It hides within the honest spread and pushes every coordinate the same way.
 */
export function alie(tau: number, ddof: number): VectorAttack {
  return ({ honest }) => {
    const center = mean(honest)
    const spread = deviation(honest, center, ddof)
    return Float32Array.from(center, (x, k) => x + tau * (spread[k] ?? 0))
  }
}
