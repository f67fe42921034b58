import { mean, type VectorAttack } from './attack.ts'

/**
 * Inner-product manipulation, -tau * mean of the honest vectors (Xie, Koyejo, Gupta, "Fall of Empires", UAI 2019).
 * A large tau goes against rules like the median; a small one stays so near the honest vectors that Krum picks it.
 */
export function ipm(tau: number): VectorAttack {
  return ({ honest }) => Float32Array.from(mean(honest), (x) => -tau * x)
}
