/**
 * Covariance-bound agnostic filter (Allouah, Guerraoui, Stephan, "Towards Trustworthy Federated Learning with Untrusted
 * Participants", ICML 2025): weights fall where the inputs stick out of their own mean, along the direction in which they
 * spread most, until 2f of them are gone; the mean whose spread was least is the answer.
 */
import { topEigenpair } from './eigen.ts'
import { garError } from './errors.ts'
import type { Circumstances, Rule } from './gar.ts'
import { centeredGram, dot, type Matrix, times } from './gram.ts'

export interface CafOptions {
  /**
   * How the widest direction is found: its eigenvector, or one power step from a drawn start, which is byzfl's code to the
   * letter. There weights fall by the share of the farthest input, also where that has no weight any more, so that the
   * filter hardly moves once a huge outlier is out; with the eigenvector, by that of the farthest that has weight.
   */
  readonly powerIters: 'exact' | '1'
}

/** Rounds after which the drawn variant ends with the best that it has seen. The exact one takes n at most. */
const mostRounds = 1000

/**
 * A weighted mean of the inputs. O(n^2 d), then O(n^3) a round.
 *
 * @throws GAR_NOT_GIVEN where a direction is to be drawn and there is no chance
 */
export function caf({ powerIters }: CafOptions): Rule {
  return function* (circumstances) {
    const { n, f } = circumstances
    const isExact = powerIters === 'exact'
    const widest = isExact ? eigenvector : powerStep(circumstances)
    const distances = { n, values: yield { kind: 'squared-distances' } }
    let weights = new Float64Array(n).fill(1)
    let best = weights
    let least = Number.POSITIVE_INFINITY
    for (let round = 0; round < mostRounds && sum(weights) > n - 2 * f; round++) {
      const gram = centeredGram(distances, weights)
      const { direction, variance } = widest(gram, weights)
      if (variance < least) {
        least = variance
        best = weights
      }
      const deviations = times(gram, direction).map((product) => product * product)
      const counted = isExact ? deviations.filter((_, i) => weights[i] !== 0) : deviations
      const most = counted.reduce((max, deviation) => Math.max(max, deviation), 0)
      // Inputs that are all the same have no direction in which to stick out.
      if (most === 0) break
      weights = weights.map((weight, i) => Math.max(0, weight * (1 - (deviations[i] as number) / most)))
    }
    const share = 1 / sum(best)
    return { kind: 'weighted', weights: best.map((weight) => weight * share) }
  }
}

/** A direction, as a sum of the centred rows with these coefficients, and the variance there. */
interface Direction {
  readonly direction: Float64Array
  readonly variance: number
}

/** Of the weighted covariance, by way of the products of the rows times the roots of their weights. */
function eigenvector({ n, values }: Matrix, weights: Float64Array): Direction {
  const roots = weights.map(Math.sqrt)
  const weighted = values.map(
    (value, at) => (roots[Math.floor(at / n)] as number) * value * (roots[at % n] as number),
  )
  const { value, vector } = topEigenpair({ n, values: weighted })
  return {
    direction: vector.map((share, i) => share * (roots[i] as number)),
    variance: value / sum(weights),
  }
}

/** The weighted covariance times a drawn direction r; |Cr| / |r| stands for the variance. */
function powerStep({ project }: Circumstances) {
  if (project === undefined)
    throw garError({ code: 'GAR_NOT_GIVEN', rule: 'caf:powerIters=1', what: 'random' })
  return (gram: Matrix, weights: Float64Array): Direction => {
    const { products, length } = project()
    const total = sum(weights)
    const mean = dot(products, weights) / total
    const direction = products.map((product, i) => ((weights[i] as number) * (product - mean)) / total)
    return { direction, variance: Math.sqrt(Math.max(0, dot(direction, times(gram, direction)))) / length }
  }
}

function sum(weights: Float64Array): number {
  return weights.reduce((total, weight) => total + weight, 0)
}
