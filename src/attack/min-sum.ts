import type { VectorAttack } from './attack.ts'
import { nearHonest, type Perturbation } from './near-honest.ts'

/** Its squared distances to the honest vectors sum to at most the least such sum of an honest one (Shejwalkar, NDSS 2021). */
export function minSum(dev: Perturbation): VectorAttack {
  return nearHonest(
    dev,
    (distances) => distances.reduce((sum, distance) => sum + distance, 0),
    (each) => Math.min(...each),
  )
}
