/** A split that opens and heals on schedule. */
import type { Milliseconds } from '../mesh/clock.ts'
import { simError } from './errors.ts'

/** The members at the positions of different sides cannot reach each other from `fromMs` until `untilMs`. */
export interface Partition {
  readonly sides: readonly (readonly number[])[]
  readonly fromMs: Milliseconds
  readonly untilMs: Milliseconds
}

/**
 * @param n members
 * @throws SIM_BAD_PARTITION
 */
export function checkPartition(partition: Partition, n: number): Partition {
  const { sides, fromMs, untilMs } = partition
  const wrong = (field: string, value: number, allowed: string) =>
    simError({ code: 'SIM_BAD_PARTITION', field, value, allowed })
  if (!(untilMs > fromMs)) throw wrong('untilMs', untilMs, `more than its fromMs, ${fromMs}`)
  const onSides = new Set<number>()
  for (const position of sides.flat()) {
    if (!Number.isInteger(position) || position < 0 || position >= n)
      throw wrong('sides', position, `positions from 0 to ${n - 1}`)
    if (onSides.has(position)) throw wrong('sides', position, 'each member once')
    onSides.add(position)
  }
  return partition
}
