/**
 * DRACO's cyclic code (Chen, Wang, Charles, Papailiopoulos, "DRACO: Byzantine-resilient distributed training via redundant
 * gradients", ICML 2018): n workers, n batches, at most s liars; worker i computes the gradients of the batches
 * i, i+1, .., i+2s (mod n) and says one complex combination of them. What honest workers say are words of a code with
 * distance 2s+1, so that s false ones can be found and left out.
 *
 * With w = exp(-2 pi i/n), C[p][q] = w^(pq)/sqrt(n) is the discrete Fourier matrix, C1 its first n - 2s columns and C2 the
 * others. Worker p combines batches by row p of W, which is the only matrix with columns in the span of C1, sums of columns
 * that C1's first column sees as sqrt(n), and zeros where a worker does not hold a batch.
 *
 * Derived here, where the paper solves a linear system for each column: column k of W is, but for 1/sqrt(n), a polynomial of
 * degree n-2s-1 in w^p whose constant term is 1 and whose zeros are the workers that do not hold batch k. So
 *
 *     W[p][p+j] = c_j = 1/sqrt(n) prod_{z=1}^{n-2s-1} (1 - w^-(j+z)),      j = 0 .. 2s, the same for every worker,
 *
 * and each factor is -2i sin(pi m/n) e^(pi i m/n) with m = j+z: nothing cancels.
 */
import {
  type Complex,
  type ComplexVector,
  complexVector,
  magnitude,
  multiply,
  rootOfUnity,
} from './complex.ts'

export interface CyclicCode {
  readonly n: number
  /** s: liars that it withstands. */
  readonly s: number
  /** c_j: the weight of the j-th of a worker's 2s+1 batches. */
  readonly weights: readonly Complex[]
  /** Sum of |c_j| / sqrt(n): by how much rounding in a gradient grows in a row, measured by the row of equal gradients. */
  readonly gain: number
  /** How hard the worst 2s workers are to tell apart: how much of the syndromes' rounding one of them may be taken for. */
  readonly separation: number
  /** gain * separation: how much rounding may grow in all until it is taken for a lie. */
  readonly conditioning: number
}

/**
 * The greatest conditioning that is accepted. Rounding in float64, 2^-52, times this and the slack of the fit (cyclic-locate.ts)
 * stays below 2^-23, the resolution of the float32 gradients: what an accepted step may be off, no gradient can show.
 */
export const greatestConditioning = 1e6

/** For n >= 2s+1 workers. */
export function cyclicCode(n: number, s: number): CyclicCode {
  const weights = Array.from({ length: 2 * s + 1 }, (_, j) => weightOf(n, s, j))
  const gain = weights.reduce((sum, weight) => sum + magnitude(weight), 0) / Math.sqrt(n)
  const separation = separationOf(n, s)
  return { n, s, weights, gain, separation, conditioning: gain * separation }
}

/** The batches of the worker at position `worker`, in the order of the weights. */
export function cyclicParts({ n, s }: Pick<CyclicCode, 'n' | 's'>, worker: number): readonly number[] {
  return Array.from({ length: 2 * s + 1 }, (_, j) => (worker + j) % n)
}

/**
 * What a worker says: sum c_j gradient_j, of its gradients in the order of `cyclicParts`, each [d].
 */
export function encodeRow({ weights }: CyclicCode, gradients: readonly Float32Array[]): ComplexVector {
  const row = complexVector(gradients[0]?.length ?? 0)
  for (const [j, { re, im }] of weights.entries()) {
    const gradient = gradients[j] ?? new Float32Array()
    for (let k = 0; k < gradient.length; k++) {
      const value = gradient[k] as number
      row.re[k] = (row.re[k] as number) + re * value
      row.im[k] = (row.im[k] as number) + im * value
    }
  }
  return row
}

function weightOf(n: number, s: number, j: number): Complex {
  let product: Complex = { re: 1 / Math.sqrt(n), im: 0 }
  for (let z = 1; z < n - 2 * s; z++) {
    // 1 - e^(i a) = -2i sin(a/2) e^(i a/2) = 2 sin(a/2) e^(i (a - pi)/2), here with a = 2 pi m/n.
    const m = j + z
    const size = 2 * Math.sin((Math.PI * m) / n)
    const turn = rootOfUnity(2 * m - n, 4 * n)
    product = multiply(product, { re: size * turn.re, im: size * turn.im })
  }
  return product
}

/**
 * The absolute row sums of the inverse of the Vandermonde matrix of 2s workers are at most prod_k 1/sin(pi |t-k|/n) (Gautschi,
 * "On inverses of Vandermonde matrices", 1962): nearly attained by neighbours, and greatest for the one in their middle.
 */
function separationOf(n: number, s: number): number {
  let product = 1
  for (let k = 0; k < 2 * s; k++) if (k !== s) product /= Math.sin((Math.PI * Math.abs(s - k)) / n)
  return product
}
