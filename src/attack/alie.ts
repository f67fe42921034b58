import { along, deviation, mean, type VectorAttack } from './attack.ts'

/**
 * "A little is enough" (Baruch, Baruch, Goldberg, NeurIPS 2019): mean + tau * standard deviation of the honest vectors per
 * coordinate. It hides within the honest spread and pushes every coordinate the same way. `tauFor(n, f)` is told how many
 * vectors there are and how many of them attackers say.
 */
export function alie(tauFor: (n: number, f: number) => number, ddof: number): VectorAttack {
  return ({ honest, liars }) => {
    const center = mean(honest)
    const tau = tauFor(honest.length + liars, liars)
    return new Float32Array(along(center, deviation(honest, center, ddof), tau))
  }
}
