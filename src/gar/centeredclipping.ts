/**
 * Centered clipping (Karimireddy, He, Jaggi, "Learning from History for Byzantine Robust Optimization", ICML 2021), from a
 * starting point that the caller gives: nothing is remembered from call to call.
 *
 * The iterate is a weighted sum of the inputs and the starting point, so an iteration is one pass. A bias of order tau f/n
 * stays whatever L is.
 */
import { garError } from './errors.ts'
import type { Rule } from './gar.ts'

export interface CenteredClippingOptions {
  /** v_0: what is given as the start (zero where nothing is), zero, or the caller's own vector. */
  readonly m0: 'start' | 'zero' | 'own'
  readonly L: number
  readonly tau: number
}

/**
 * v_{l+1} = v_l + (1/n) sum (x_i - v_l) min(1, tau / |x_i - v_l|), L times. O(L n d).
 *
 * @throws GAR_NOT_GIVEN where it is to start from one's own and there is none
 */
export function centeredclipping({ m0, L, tau }: CenteredClippingOptions): Rule {
  return function* ({ n, own, hasStart = false }) {
    if (m0 === 'own' && own === undefined)
      throw garError({ code: 'GAR_NOT_GIVEN', rule: 'centeredclipping', what: 'own' })
    const first = m0 === 'own' ? own : m0 === 'start' && hasStart ? n : undefined
    const rows = hasStart ? n + 1 : n
    let weights = new Float64Array(rows)
    if (first !== undefined) weights[first] = 1
    let scores = new Float64Array(n)
    for (let l = 0; l < L; l++) {
      const squared = yield { kind: 'squared-distances-to', point: { kind: 'weights', weights } }
      scores = squared.slice(0, n).map(Math.sqrt)
      weights = moved(weights, scores, tau)
    }
    return { kind: 'weighted', weights, scores }
  }
}

/** The weights of the next iterate: what is taken towards each input is taken from where it stood. */
function moved(weights: Float64Array, distances: Float64Array, tau: number): Float64Array<ArrayBuffer> {
  const n = distances.length
  // An input at the iterate itself counts in full: 0/0 is 1 here.
  const steps = distances.map((distance) => (distance > tau ? tau / distance : 1) / n)
  const stays = 1 - steps.reduce((sum, step) => sum + step, 0)
  return Float64Array.from(weights, (weight, i) => weight * stays + (steps[i] ?? 0))
}
