/**
 * What one exchange of self-centred gossip is proven to leave of the honest models' distance to their mean, whatever liars within
 * the declared weight say: the proof is in docs/protocols/cs-plus.md. It was derived here, after the shape of the papers' results.
 */
import { topEigenpair } from '../../gar/eigen.ts'
import type { NodeWeights } from '../graph/metropolis.ts'

/** What the weights of a graph come to, for the worst neighbourhood. */
export interface Weighing {
  /** delta: what the declared number of liars weigh together, at most. */
  readonly liars: number
  /** The greatest weight of one member. */
  readonly heaviest: number
  /** Whether all weigh the same: then any number of them is set aside exactly. */
  readonly areAlike: boolean
}

/** c, where shrinking takes peer i off by a vector s_i with |s_i|^2 <= c sum over honest j of W_ij |x_i - x_j|^2. */
export type Shift = (weighing: Weighing) => number

/** Of the neighbours set aside, of weight 2 delta, the honest ones weigh as much as all liars. */
export const shiftOfCsPlus: Shift = (weighing) => 2 * weighing.liars + jumpOf(weighing)

/** A liar's model that is kept displaces an honest one that is no nearer. */
export const shiftOfGts: Shift = (weighing) => 4 * (weighing.liars + jumpOf(weighing))

/** What is nearer and the liars' are bounded by tau together; what is farther weighs delta and one more, for `below` is strict. */
export const shiftOfClippedGossip: Shift = ({ liars, heaviest }) =>
  (1.25 * Math.sqrt(liars) + Math.sqrt(liars + heaviest)) ** 2

/** By how much the weight set aside may exceed what was meant, because neighbours come whole. */
function jumpOf({ heaviest, areAlike }: Weighing): number {
  return areAlike ? 0 : heaviest
}

/** Eigenvalues of I - W but for that of the vector of ones: the least, and the greatest. */
export interface Spectrum {
  readonly least: number
  readonly greatest: number
}

/** O(n^3). */
export function spectrumOf(weights: readonly NodeWeights[]): Spectrum {
  const n = weights.length
  const matrix = (own: (weight: number) => number, other: (weight: number) => number, everywhere: number) => {
    const values = new Float64Array(n * n).fill(everywhere)
    for (const [i, node] of weights.entries()) {
      values[i * n + i] = own(node.own) + everywhere
      for (const { neighbour, weight } of node.neighbours)
        values[i * n + neighbour] = other(weight) + everywhere
    }
    return topEigenpair({ n, values }).value
  }
  const same = (weight: number) => weight
  return {
    least: 1 - matrix(same, same, -1 / n),
    greatest: matrix(
      (weight) => 1 - weight,
      (weight) => -weight,
      0,
    ),
  }
}

/**
 * sqrt of the greatest V'/V, V being the mean square distance of the honest models from where their mean was. May be 1 or more, and
 * then says nothing.
 */
export function mixingFactor({ least, greatest }: Spectrum, weighing: Weighing, shift: Shift): number {
  // Without the liars, the weight that they had is missing in each honest neighbourhood.
  const lowest = least - weighing.liars
  if (lowest <= 0) return Number.POSITIVE_INFINITY
  if (weighing.liars === 0) return Math.max(1 - lowest, greatest - 1)
  const c = shift(weighing)
  const atMost = (t: number, mu: number) => (1 + t) * (1 - mu) ** 2 + (1 + 1 / t) * 2 * c * mu
  return Math.sqrt(Math.min(...scales.map((t) => Math.max(atMost(t, lowest), atMost(t, greatest)))))
}

/** Any t > 0 gives a bound; the best of these is near the best of all. */
const scales = Array.from({ length: 49 }, (_, k) => 2 ** ((k - 24) / 4))
