import type { VectorAttack } from './attack.ts'
import { nearHonest, type Perturbation } from './near-honest.ts'

/** Its largest distance to an honest vector is at most the largest between two honest ones (Shejwalkar, NDSS 2021). */
export function minMax(dev: Perturbation): VectorAttack {
  return nearHonest(
    dev,
    (distances) => Math.max(...distances),
    (each) => Math.max(...each),
  )
}
