import type { VectorAttack } from './attack.ts'
import { worstAlong } from './worst-along.ts'

/** Fall of Empires as the EPFL attack suites write and search it: mean + x * (-mean), which is IPM with tau = x - 1. */
export const epflEmpire: VectorAttack = (sight) =>
  worstAlong(sight, 'around', (center) => ({ from: center, direction: center.map((x) => -x) }))
