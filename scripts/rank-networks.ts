/**
 * Sorting networks as straight lines: minima and maxima of registers, and of those only what the wanted ranks depend on.
 * Often that is half of a comparator, and sometimes nothing of it.
 */
import { sortingNetwork } from '../src/gar/kernels/sorting-network.ts'

/** One minimum or maximum: `value` is the number of the register that it makes, `a` and `b` of those it is made of. */
interface Step {
  readonly value: number
  readonly operation: 'pmin' | 'pmax'
  readonly a: number
  readonly b: number
}

/** Registers 0..n-1 are the inputs; after the steps, the wanted ranks are in the registers `ranks`, least first. */
export interface PrunedNetwork {
  readonly steps: readonly Step[]
  readonly ranks: readonly number[]
}

type Comparator = readonly [low: number, high: number]

/**
 * The smallest network known for 16 values (M. W. Green 1969; Knuth, The Art of Computer Programming 3, 5.3.4): 60
 * comparators, three fewer than Batcher's.
 */
// biome-ignore format: a line is a layer
const green: readonly Comparator[] = [
  [0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [10, 11], [12, 13], [14, 15],
  [0, 2], [4, 6], [8, 10], [12, 14], [1, 3], [5, 7], [9, 11], [13, 15],
  [0, 4], [8, 12], [1, 5], [9, 13], [2, 6], [10, 14], [3, 7], [11, 15],
  [0, 8], [1, 9], [2, 10], [3, 11], [4, 12], [5, 13], [6, 14], [7, 15],
  [5, 10], [6, 9], [3, 12], [13, 14], [7, 11], [1, 2], [4, 8],
  [1, 4], [7, 13], [2, 8], [11, 14],
  [2, 4], [5, 6], [9, 10], [11, 13], [3, 8], [7, 12],
  [6, 8], [10, 12], [3, 5], [7, 9],
  [3, 4], [5, 6], [7, 8], [9, 10], [11, 12],
  [6, 7], [8, 9],
]

/** The fewest steps known here that put the ranks from..to-1 of n values in order. */
export function prunedNetwork(n: number, from: number, to: number): PrunedNetwork {
  const candidates = [batcher(n), ...(n <= 16 ? [withoutFirst(16 - n, green)] : [])]
  return candidates
    .map((comparators) => pruned(comparators, n, from, to))
    .reduce((best, other) => (other.steps.length < best.steps.length ? other : best))
}

function batcher(n: number): Comparator[] {
  const flat = sortingNetwork(n)
  return Array.from({ length: flat.length / 2 }, (_, c) => [flat[2 * c] as number, flat[2 * c + 1] as number])
}

/** The comparators between the other wires: those that touch the first few do nothing when what is least lies there. */
function withoutFirst(few: number, comparators: readonly Comparator[]): Comparator[] {
  return comparators.filter(([low]) => low >= few).map(([low, high]) => [low - few, high - few])
}

function pruned(comparators: readonly Comparator[], n: number, from: number, to: number): PrunedNetwork {
  const wires = Array.from({ length: n }, (_, i) => i)
  const steps: Step[] = []
  for (const [low, high] of comparators) {
    const [a, b] = [wires[low] as number, wires[high] as number]
    const value = n + steps.length
    steps.push({ value, operation: 'pmin', a, b }, { value: value + 1, operation: 'pmax', a: b, b: a })
    wires[low] = value
    wires[high] = value + 1
  }
  const ranks = wires.slice(from, to)
  return { steps: neededFor(ranks, steps), ranks }
}

function neededFor(ranks: readonly number[], steps: readonly Step[]): Step[] {
  const needed = new Set(ranks)
  const kept = steps.toReversed().filter(({ value, a, b }) => {
    if (!needed.has(value)) return false
    needed.add(a).add(b)
    return true
  })
  return kept.reverse()
}
