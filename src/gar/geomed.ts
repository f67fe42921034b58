/**
 * The geometric median, argmin_z sum |z - x_i|, by smoothed Weiszfeld iteration (Weiszfeld 1937; Pillutla, Kakade,
 * Harchaoui, "Robust Aggregation for Federated Learning", IEEE TSP 2022).
 *
 * Every iterate is a weighted sum of the inputs, so an iteration is one pass over the coordinates and n numbers.
 */
import type { Point, Rule } from './gar.ts'
import { middleRanks } from './median.ts'

export interface GeomedOptions {
  /** Where the iteration starts: the coordinate-wise median, the mean, or the zero vector. */
  readonly init: 'median' | 'mean' | 'zero'
  /** The least distance that counts as such: smoothing, in the units of the vectors. */
  readonly nu: number
  /** The most iterations. */
  readonly T: number
  /** It ends when no weight moves by more than this share of itself; the weights sum to 1. */
  readonly ftol: number
}

/** z = sum b_i x_i / sum b_i, b_i = 1 / max(nu, |z - x_i|), again and again. O(T n d). */
export function geomed({ init, nu, T, ftol }: GeomedOptions): Rule {
  return function* ({ n }) {
    let point = startOf(init, n)
    let weights = new Float64Array(n)
    let scores = new Float64Array(n)
    for (let t = 0; t < T; t++) {
      scores = (yield { kind: 'squared-distances-to', point }).map(Math.sqrt)
      const next = normalized(scores.map((distance) => 1 / Math.max(nu, distance)))
      const isSettled = next.every((weight, i) => Math.abs(weight - (weights[i] as number)) <= ftol * weight)
      weights = next
      if (isSettled) break
      point = { kind: 'weights', weights }
    }
    return { kind: 'weighted', weights, scores }
  }
}

function startOf(init: GeomedOptions['init'], n: number): Point {
  if (init === 'zero') return { kind: 'zero' }
  if (init === 'mean') return { kind: 'weights', weights: new Float64Array(n).fill(1 / n) }
  return { kind: 'ranks', ...middleRanks(n, 'mean-of-middles') }
}

function normalized(shares: Float64Array): Float64Array<ArrayBuffer> {
  const sum = shares.reduce((total, share) => total + share, 0)
  return Float64Array.from(shares, (share) => share / sum)
}
