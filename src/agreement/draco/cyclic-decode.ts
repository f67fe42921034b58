/**
 * The mean gradient from what the workers of the cyclic code said, or nothing: never a wrong one while at most s of them lie.
 *
 * Absent rows, rows that are much louder than the others, and rows that do not fit are left out, and each counts as a liar.
 * That keeps a promise whoever is late: with at most s real liars, what is accepted is right, and where the late and the
 * liars together are more than s, the step is refused rather than guessed.
 */
import { type Random, seededRandom } from '../../util/prng.ts'
import { type ComplexVector, complexVector, norm } from './complex.ts'
import type { CyclicCode } from './cyclic-code.ts'
import { locate, traces } from './cyclic-locate.ts'
import { leastSquares } from './least-squares.ts'

export interface Decoded {
  /** The mean of the n gradients: [d]. */
  readonly mean: Float64Array
  /** Positions of workers whose rows came in and were left out, sorted. */
  readonly leftOut: readonly number[]
  /** Those of them that certainly lied. */
  readonly liars: readonly number[]
}

/** A row this many times longer than the median row is left out before anything is computed from it. */
const loudest = 1e3

/** Independent projections. Each overlooks a lie of x times the tolerance with probability about 1/x, all of them with 1/x^2. */
const projectionCount = 2

/**
 * @param rows what each worker said, [n] of [d] complex; undefined where nothing came that could be read
 * @param random draws the projections: only now, when no worker can change its row any more
 * @returns undefined where more than s workers would have to be left out
 */
export function decodeRows(
  code: CyclicCode,
  rows: readonly (ComplexVector | undefined)[],
  random: Random,
): Decoded | undefined {
  const lengths = rows.map((row) => (row === undefined ? Number.NaN : norm(row)))
  const scale = median(lengths.filter((length) => !Number.isNaN(length)))
  // Written so that NaN, of an absent row, and infinity, of one whose length overflows, are left out too.
  const known = new Set(rows.keys().filter((i) => !((lengths[i] as number) <= loudest * scale)))
  if (known.size > code.s) return undefined

  const dimension = rows.find((row) => row !== undefined)?.re.length ?? 0
  const kept = rows.map((row, i) => (row === undefined || known.has(i) ? complexVector(dimension) : row))
  const projections = Array.from({ length: projectionCount }, () =>
    project(kept, directionOf(dimension, random)),
  )
  const located = locate(code, projections, known, scale)
  if (located === undefined) return undefined
  const cameIn = (i: number) => rows[i] !== undefined
  return {
    mean: combine(kept, decodingWeights(code, located.leftOut)),
    leftOut: [...located.leftOut].filter(cameIn).sort((a, b) => a - b),
    liars: [...known, ...located.liars].filter(cameIn).sort((a, b) => a - b),
  }
}

/**
 * v with v^T R = n times the mean for rows R that are right outside `leftOut`, and 0 there: [n]. Of all such v the shortest, so
 * rounding grows least: v^T = c^H (I - P), c the first column of C1 and P what finds the errors of `leftOut` in syndromes.
 */
export function decodingWeights(code: CyclicCode, leftOut: ReadonlySet<number>): ComplexVector {
  const { n, s } = code
  const first = 1 / Math.sqrt(n)
  const columns = traces(code, leftOut)
  // Row m of the pseudo-inverse's column sums: what error of 1 in syndrome m is taken for, over all of `leftOut`.
  const blamed = Array.from({ length: 2 * s }, (_, m) => {
    const unit = complexVector(2 * s)
    unit.re[m] = 1
    const { re, im } = leastSquares(columns, unit, 0)
    return { re: first * sum(re), im: first * sum(im) }
  })
  const weights = complexVector(n)
  for (const [i, trace] of traces(code, weights.re.keys()).entries()) {
    if (leftOut.has(i)) continue
    weights.re[i] = first
    for (const [m, { re, im }] of blamed.entries()) {
      const [x, y] = [trace.re[m] as number, trace.im[m] as number]
      weights.re[i] = (weights.re[i] as number) - (re * x - im * y)
      weights.im[i] = (weights.im[i] as number) - (re * y + im * x)
    }
  }
  return weights
}

/** Re(v^T R)/n: [d]. */
function combine(rows: readonly ComplexVector[], weights: ComplexVector): Float64Array {
  const mean = new Float64Array(rows[0]?.re.length ?? 0)
  for (const [i, row] of rows.entries()) {
    const [re, im] = [(weights.re[i] as number) / rows.length, (weights.im[i] as number) / rows.length]
    for (let k = 0; k < mean.length; k++)
      mean[k] = (mean[k] as number) + re * (row.re[k] as number) - im * (row.im[k] as number)
  }
  return mean
}

/** A standard normal vector, from a seed that nobody knew before. */
function directionOf(dimension: number, random: Random): Float64Array {
  const drawn = seededRandom(0, 'projection', random.bytes(16).join())
  return Float64Array.from({ length: dimension }, () => drawn.normal())
}

function project(rows: readonly ComplexVector[], direction: Float64Array): ComplexVector {
  return {
    re: Float64Array.from(rows, ({ re }) => product(re, direction)),
    im: Float64Array.from(rows, ({ im }) => product(im, direction)),
  }
}

/** Coordinates below which a product is summed one after the other. */
const stretch = 256

/** Pairwise, so that rounding grows with the logarithm of the length: ten million coordinates may not look like a liar. */
function product(a: Float64Array, b: Float64Array, start = 0, end = a.length): number {
  if (end - start > stretch) {
    const middle = (start + end) >>> 1
    return product(a, b, start, middle) + product(a, b, middle, end)
  }
  let total = 0
  for (let k = start; k < end; k++) total += (a[k] as number) * (b[k] as number)
  return total
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
