import { deviation, mean, type VectorAttack } from './attack.ts'

/**
 * Its own vector, each coordinate kept within tau standard deviations of the honest mean: how the authors of ALIE hide a
 * backdoor that was trained on poisoned data (Baruch, Baruch, Goldberg, NeurIPS 2019, section 4).
 */
export function insideSpread(tau: number, ddof: number): VectorAttack {
  return ({ honest, own }) => {
    const center = mean(honest)
    const spread = deviation(honest, center, ddof)
    return own.map((x, k) => {
      const [middle, reach] = [center[k] ?? 0, tau * (spread[k] ?? 0)]
      return Math.min(middle + reach, Math.max(middle - reach, x))
    })
  }
}
