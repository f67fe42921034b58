import { permutation } from '../util/prng.ts'
import { mean, type VectorAttack } from './attack.ts'

/**
 * Against rules that count signs (SignGuard): noise with as many coordinates above, below and at 0 as the honest mean has, but
 * elsewhere, each uniform between 0 and `scale` in size. Blades has it with scale 1.
 */
export function signNoise(scale: number): VectorAttack {
  return ({ honest, random }) => {
    const center = mean(honest)
    const places = permutation(center.length, random)
    const forged = new Float32Array(center.length)
    for (const [k, x] of center.entries())
      forged[places[k] as number] = scale * Math.sign(x) * random.uniform()
    return forged
  }
}
