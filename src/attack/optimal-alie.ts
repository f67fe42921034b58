import { deviation, type VectorAttack } from './attack.ts'
import { worstAlong } from './worst-along.ts'

/** "A little is enough", mean + tau * standard deviation, with the tau that takes the rule farthest from the mean (byzfl). */
export const optimalAlie: VectorAttack = (sight) =>
  worstAlong(sight, 'above', (center) => ({
    from: center,
    direction: deviation(sight.honest, center, 1),
  }))
