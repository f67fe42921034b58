import type { VectorAttack } from './attack.ts'
import { worstAlong } from './worst-along.ts'

/** Inner-product manipulation, -tau * mean, with the tau that takes the rule farthest from the honest mean (byzfl). */
export const optimalIpm: VectorAttack = (sight) =>
  worstAlong(sight, 'above', (center) => ({
    from: new Float64Array(center.length),
    direction: center.map((x) => -x),
  }))
