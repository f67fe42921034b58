/**
 * One coordinate (El-Mhamdi, Guerraoui, Rouault, "The hidden vulnerability of distributed learning in Byzantium", ICML
 * 2018): the honest mean, but for one coordinate. In d dimensions honest vectors lie about sqrt(d) deviations apart, so a
 * rule that compares whole vectors lets one coordinate be off by as much.
 */
import { along, mean, type VectorAttack } from './attack.ts'
import { worstAlong } from './worst-along.ts'

/** Which coordinate: its index, where the vector has it, else the last. */
export type Which = number | 'last' | 'all'

/** The mean, plus `size` at `which`; without a size it searches for the one that takes the rule farthest off. */
export function oneCoordinate(which: Which, size: number | undefined): VectorAttack {
  return (sight) => {
    const direction = unit(which, sight.own.length)
    if (size !== undefined) return Float32Array.from(along(mean(sight.honest), direction, size))
    return worstAlong(sight, 'around', (center) => ({ from: center, direction }))
  }
}

function unit(which: Which, length: number): Float64Array {
  const direction = new Float64Array(length)
  if (which === 'all') return direction.fill(1)
  direction[which === 'last' ? length - 1 : Math.min(which, length - 1)] = 1
  return direction
}
