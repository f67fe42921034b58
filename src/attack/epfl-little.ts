import { deviation, type VectorAttack } from './attack.ts'
import { worstAlong } from './worst-along.ts'

/** ALIE as the EPFL attack suites search for it (El-Mhamdi, Guerraoui, Rouault, "Distributed momentum", ICLR 2021). */
export const epflLittle: VectorAttack = (sight) =>
  worstAlong(sight, 'around', (center) => ({
    from: center,
    direction: deviation(sight.honest, center, 1),
  }))
