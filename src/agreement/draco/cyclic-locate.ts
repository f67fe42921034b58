/**
 * Who lied: error location in the cyclic code, on a few random projections of what came in instead of all d coordinates.
 *
 * The honest part of a projected word vanishes under C2^H, so its syndromes e[m] = sum_t x_t u_t^m, u_t = exp(2 pi i t/n), are
 * those of the lies alone. Lies of at most a workers satisfy a linear recurrence of order a, whose coefficients solve a Hankel
 * system; the roots of its polynomial among the u_t are the liars (Prony; Peterson and Gorenstein-Zierler for codes).
 *
 * How, other than in the paper:
 *   1. Liars are taken away one at a time, the loudest first. Who is known is zeroed, and e[m+1] - u_k e[m] is free of it, so
 *      what a loud liar leaves of rounding never covers a quiet one.
 *   2. The recurrence only ranks: the 2s workers nearest to being roots are solved for, and the one with the greatest error
 *      among them is the next to go. A threshold on the polynomial would depend on its scale.
 *   3. It is over when the syndromes are explained by at most s known liars to within rounding. Two words of the code differ
 *      at 2s+1 workers at least, so with at most s liars that explanation is the right one, and otherwise there is none.
 */
import {
  add,
  at,
  type Complex,
  type ComplexVector,
  complexVector,
  magnitude,
  multiply,
  norm,
  rootOfUnity,
  vectorOf,
} from './complex.ts'
import type { CyclicCode } from './cyclic-code.ts'
import { leastSquares, residual } from './least-squares.ts'

/** Parts of a column below this are rounding: fewer lie than the recurrence has room for. */
const rankCutoff = 1e-9

/** How many roundings of a row an honest word's syndromes may show: measured, at most 18 (docs/protocols/draco.md). */
const slack = 256

export interface Located {
  /** Workers whose rows are to be left out, those known before among them. */
  readonly leftOut: ReadonlySet<number>
  /** Those of them, not known before, that are off by more than any honest worker can be made to look. */
  readonly liars: readonly number[]
}

/**
 * Whose rows are to be left out, or undefined where no s workers explain what came in.
 *
 * @param projections words of the code in one dimension each: [n], what every worker said against one random vector
 * @param known workers that are left out in any case: absent, or too loud to be honest
 * @param scale length that the projection of an honest row has, about
 */
export function locate(
  code: CyclicCode,
  projections: readonly ComplexVector[],
  known: ReadonlySet<number>,
  scale: number,
): Located | undefined {
  const leftOut = new Set(known)
  const tolerance = slack * Number.EPSILON * code.gain * scale
  while (leftOut.size <= code.s) {
    const syndromes = projections.map((word) => syndromesOf(code, without(word, leftOut)))
    if (syndromes.every((syndrome) => unexplained(code, syndrome, leftOut) <= tolerance)) {
      const suspects = [...leftOut].filter((t) => !known.has(t))
      const errors = projections.map((word, i) => errorsOf(code, word, syndromes[i] ?? word, leftOut))
      const least = tolerance * code.separation * Math.sqrt(code.n)
      return { leftOut, liars: suspects.filter((t) => errors.some((error) => (error.get(t) ?? 0) > least)) }
    }
    leftOut.add(mostSuspicious(code, syndromes, leftOut))
  }
  return undefined
}

/**
 * How far what these workers said is from what the others have them say. A lie so small that it is nearly rounding can be
 * explained by an honest neighbour too: by no more than the tolerance times what the inverse of their traces makes of it.
 */
function errorsOf(
  code: CyclicCode,
  word: ComplexVector,
  syndrome: ComplexVector,
  leftOut: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  // Zeroed, a worker is off by minus what it should have said.
  const errors = leastSquares(traces(code, leftOut), syndrome, 0)
  return new Map([...leftOut].map((t, i) => [t, magnitude(add(at(word, t), at(errors, i)))]))
}

/** Columns of C2^H for these workers: what a lie of 1 of each leaves in the syndromes. */
export function traces({ n, s }: CyclicCode, workers: Iterable<number>): readonly ComplexVector[] {
  const scale = 1 / Math.sqrt(n)
  return Array.from(workers, (t) =>
    vectorOf(
      Array.from({ length: 2 * s }, (_, m) => {
        const { re, im } = rootOfUnity(t * (n - 2 * s + m), n)
        return { re: scale * re, im: scale * im }
      }),
    ),
  )
}

/** C2^H word: [2s]. */
function syndromesOf(code: CyclicCode, word: ComplexVector): ComplexVector {
  const syndrome = complexVector(2 * code.s)
  for (const [t, trace] of traces(code, word.re.keys()).entries())
    for (let m = 0; m < 2 * code.s; m++) {
      const { re, im } = multiply(at(trace, m), at(word, t))
      syndrome.re[m] = (syndrome.re[m] as number) + re
      syndrome.im[m] = (syndrome.im[m] as number) + im
    }
  return syndrome
}

function without(word: ComplexVector, liars: ReadonlySet<number>): ComplexVector {
  const isKept = (x: number, t: number) => (liars.has(t) ? 0 : x)
  return { re: word.re.map(isKept), im: word.im.map(isKept) }
}

/** How much of a syndrome errors of these workers leave over. */
function unexplained(code: CyclicCode, syndrome: ComplexVector, liars: ReadonlySet<number>): number {
  const columns = traces(code, liars)
  return norm(residual(columns, syndrome, leastSquares(columns, syndrome, 0)))
}

/** The worker, none of the known, whose error is greatest if all liars are among the 2s nearest to being roots. */
function mostSuspicious(
  code: CyclicCode,
  syndromes: readonly ComplexVector[],
  known: ReadonlySet<number>,
): number {
  const recurrence = recurrenceOf(code, syndromes, known)
  const suspects = Array.from({ length: code.n }, (_, t) => t)
    .filter((t) => !known.has(t))
    .map((t) => ({ t, distance: magnitude(valueAt(recurrence, rootOfUnity(t, code.n))) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 2 * code.s - known.size)
    .map(({ t }) => t)
  const columns = traces(code, [...known, ...suspects])
  const errors = syndromes.map((syndrome) => leastSquares(columns, syndrome, 0))
  const sizes = suspects.map((_, i) =>
    Math.hypot(...errors.map((error) => magnitude(at(error, known.size + i)))),
  )
  return suspects[sizes.indexOf(Math.max(...sizes))] ?? -1
}

/**
 * alpha, for which e[m+a] = sum_l alpha_l e[m+l] in every projection, nearest by least squares: the recurrence of the a = s - k
 * liars that are still to be found, k being known.
 */
function recurrenceOf(
  { n, s }: CyclicCode,
  syndromes: readonly ComplexVector[],
  known: ReadonlySet<number>,
): readonly Complex[] {
  const order = s - known.size
  const sequences = syndromes.map((syndrome) => [...known].reduce((rest, k) => freeOf(rest, k, n), syndrome))
  const lengths = sequences.map((sequence) => norm(sequence) || 1)
  const column = (offset: number) =>
    vectorOf(
      sequences.flatMap((sequence, i) =>
        Array.from({ length: sequence.re.length - order }, (_, m) => {
          const { re, im } = at(sequence, m + offset)
          const length = lengths[i] as number
          return { re: re / length, im: im / length }
        }),
      ),
    )
  const columns = Array.from({ length: order }, (_, l) => column(l))
  const alpha = leastSquares(columns, column(order), rankCutoff)
  return Array.from({ length: order }, (_, l) => at(alpha, l))
}

/** e[m+1] - u_k e[m]: the sequence with the errors of worker k gone, one shorter. */
function freeOf(sequence: ComplexVector, k: number, n: number): ComplexVector {
  const { re, im } = rootOfUnity(k, n)
  return vectorOf(
    Array.from({ length: sequence.re.length - 1 }, (_, m) =>
      add(at(sequence, m + 1), multiply({ re: -re, im: -im }, at(sequence, m))),
    ),
  )
}

/** u^a - sum alpha_l u^l. */
function valueAt(recurrence: readonly Complex[], u: Complex): Complex {
  return recurrence.reduceRight((value, { re, im }) => add(multiply(value, u), { re: -re, im: -im }), {
    re: 1,
    im: 0,
  } as Complex)
}
