import type { VectorAttack } from './attack.ts'

/**
 * An attack made from what the attackers would say if they were honest, not from what the honest say: for those that hear
 * nobody, as in Garfield. One alone knows one vector, which has no deviation.
 */
export function byOwn(attack: VectorAttack): VectorAttack {
  return (sight) => attack({ ...sight, honest: sight.colluding })
}
