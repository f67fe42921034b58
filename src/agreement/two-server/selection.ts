/**
 * A rule that knows distances alone: its plan (gar/plan.ts) is driven without any coordinate, and ends in a weight for each
 * vector instead of a vector.
 *
 * Rows that stages make are means of vectors, so a row is its weights, which sum to 1. What a rule may ask of two such rows,
 * sum a_i x_i and sum b_i x_i, follows from the distances D of the vectors (Schoenberg 1935), with c = a - b:
 *
 *     |sum c_i x_i|^2 = - 1/2 sum_ij c_i c_j D_ij      since sum c_i = 0
 */
import type { Combination, Mix, Point, Reduction } from '../../gar/gar.ts'
import type { Pipeline } from '../../gar/pipeline.ts'
import type { Plan } from '../../gar/plan.ts'
import type { Random } from '../../util/prng.ts'
import type { AgreementRule } from '../rule.ts'
import { twoServerError } from './errors.ts'

/** A rule that says what it wants to know, instead of asking for the vectors. */
export type SelectingRule = Pick<Pipeline, 'text' | 'minimum' | 'check' | 'plan'>

/** @throws AGREEMENT_TWO_SERVER_COORDINATES where the rule can only be computed from the vectors */
export function selectingRule({ text, minimum, check, plan }: AgreementRule): SelectingRule {
  if (check === undefined || plan === undefined) throw needs(text, 'the vectors themselves')
  return { text, minimum, check, plan }
}

export interface SelectionOptions {
  readonly rule: Pick<SelectingRule, 'plan' | 'text'>
  /** Of the vectors how many may be arbitrary. */
  readonly f: number
  /** What the rule draws from, where it draws. */
  readonly random?: Random
}

/**
 * The weight of each of n vectors in the rule's result, from their squared distances [n * n]: [n].
 *
 * @throws AGREEMENT_TWO_SERVER_COORDINATES where the rule asks for more than distances tell
 */
export function selectionOf(distances: Float64Array, { rule, f, random }: SelectionOptions): Float64Array {
  const n = Math.sqrt(distances.length)
  const known = { n, rule: rule.text, distances }
  const plan: Plan = rule.plan({ n, f, random })
  let pass = plan.next()
  while (pass.done !== true) {
    if (pass.value.withStart) throw needs(rule.text, 'a starting point')
    pass = plan.next(answer(known, pass.value.reduction, rowsOf(known, pass.value.mixes)))
  }
  return ending(known, pass.value.combination, rowsOf(known, pass.value.mixes))
}

interface Known {
  readonly n: number
  /** As it is written, for messages. */
  readonly rule: string
  readonly distances: Float64Array
}

/** A row as the weights of the vectors in it. */
type Row = Float64Array

function rowsOf({ n, rule }: Known, mixes: readonly Mix[]): readonly Row[] {
  const vectors: readonly Row[] = Array.from({ length: n }, (_, i) => new Float64Array(n).fill(1, i, i + 1))
  return mixes.reduce((rows, mix) => {
    if (mix.kind === 'scales') throw needs(rule, 'scaled vectors')
    return mix.of.map((positions) => meanOf(rows, positions))
  }, vectors)
}

function answer(known: Known, reduction: Reduction, rows: readonly Row[]): Float64Array {
  const others = reduction.kind === 'squared-distances' ? rows : [pointOf(known, reduction.point, rows)]
  return Float64Array.from(rows.flatMap((row) => others.map((other) => squaredDistance(known, row, other))))
}

function pointOf({ rule }: Known, point: Point, rows: readonly Row[]): Row {
  if (point.kind === 'zero') throw needs(rule, 'norms')
  if (point.kind === 'ranks') throw needs(rule, 'medians of coordinates')
  const row = sumOf(rows, point.weights)
  const total = row.reduce((sum, weight) => sum + weight, 0)
  if (Math.abs(total - 1) > 1e-9) throw needs(rule, 'distances to a point that is no mean')
  return row
}

function squaredDistance({ n, distances }: Known, a: Row, b: Row): number {
  const places = Array.from(a.keys()).filter((i) => a[i] !== b[i])
  const c = (i: number) => (a[i] as number) - (b[i] as number)
  let sum = 0
  for (const i of places)
    for (const j of places) {
      const distance = i === j ? 0 : (distances[i * n + j] as number)
      if (distance === Number.POSITIVE_INFINITY) return distance
      sum -= c(i) * c(j) * distance
    }
  return Math.max(0, sum / 2)
}

function ending({ rule }: Known, combination: Combination, rows: readonly Row[]): Row {
  switch (combination.kind) {
    case 'copy':
      return meanOf(rows, [combination.position])
    case 'mean':
      return meanOf(rows, combination.positions)
    case 'weighted':
      return sumOf(rows, combination.weights)
    default:
      throw needs(rule, 'ranks of coordinates')
  }
}

function meanOf(rows: readonly Row[], positions: readonly number[]): Row {
  const weights = new Float64Array(rows.length)
  for (const position of positions) weights[position] = 1 / positions.length
  return sumOf(rows, weights)
}

function sumOf(rows: readonly Row[], weights: Float64Array): Row {
  const sum = new Float64Array(rows[0]?.length ?? 0)
  for (const [i, row] of rows.entries())
    for (let k = 0; k < sum.length; k++)
      sum[k] = (sum[k] as number) + (weights[i] as number) * (row[k] as number)
  return sum
}

function needs(rule: string, asked: string): Error {
  return twoServerError({ code: 'AGREEMENT_TWO_SERVER_COORDINATES', rule, asked })
}

/** Weights as integers over one divisor: shares of them are multiplied without rounding. */
export interface IntegerWeights {
  readonly numerators: Float64Array
  readonly divisor: number
}

/** With weights that are not all alike: 24 bits, and sums of vectors within the range stay below 2^53. */
const weightScale = 2 ** 24

/** 0 and 1 over how many are selected, where all that are count alike; otherwise rounded to multiples of 2^-24. */
export function integerWeights(weights: Float64Array): IntegerWeights {
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0)
  const count = weights.reduce((sum, weight) => sum + (weight === 0 ? 0 : 1), 0)
  const areAlike = weights.every((weight) => weight === 0 || weight === largest)
  if (areAlike && Math.abs(largest * count - 1) < 1e-9)
    return { numerators: weights.map((weight) => (weight === 0 ? 0 : 1)), divisor: count }
  return { numerators: weights.map((weight) => Math.round(weight * weightScale)), divisor: weightScale }
}
