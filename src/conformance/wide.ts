/**
 * Rules in float64 throughout, for attacks that search. They go so far out that what one more step changes is less than one
 * rounding to float32 of the forged vector, and the published searches, which compare in float64, go on. Made for small
 * cases: every row is written down.
 */
import type { Vector } from '../attack/attack.ts'
import { squaredDistance } from '../attack/attack.ts'
import type { Combination, Mix, Point, Reduction } from '../gar/gar.ts'
import type { Pipeline } from '../gar/pipeline.ts'

/** [n][d] to [d]. The bound on n and f is not asked for: averaging is attacked although it withstands nobody. */
export function wideAggregate(pipeline: Pipeline, vectors: readonly Vector[], f: number): Vector {
  const plan = pipeline.plan({ n: vectors.length, f })
  let pass = plan.next()
  while (pass.done !== true) {
    const { reduction, mixes } = pass.value
    pass = plan.next(reduced(reduction, mixes.reduce(mixed, vectors)))
  }
  const { combination, mixes } = pass.value
  return combined(combination, mixes.reduce(mixed, vectors))
}

function reduced(reduction: Reduction, rows: readonly Vector[]): Float64Array {
  if (reduction.kind === 'squared-distances')
    return Float64Array.from(rows.flatMap((row) => rows.map((other) => squaredDistance(row, other))))
  const point = pointAmong(rows, reduction.point)
  return Float64Array.from(rows, (row) => squaredDistance(row, point))
}

function pointAmong(rows: readonly Vector[], point: Point): Vector {
  if (point.kind === 'zero') return coordinates(rows, () => 0)
  if (point.kind === 'weights') return combined({ kind: 'weighted', weights: point.weights }, rows)
  return combined({ ...point, kind: 'rank-mean' }, rows)
}

function mixed(rows: readonly Vector[], mix: Mix): readonly Vector[] {
  if (mix.kind === 'means') return mix.of.map((positions) => combined({ kind: 'mean', positions }, rows))
  return rows.map((row, i) => Float64Array.from(row, (x) => x * (mix.by[i] ?? 0)))
}

function combined(combination: Combination, rows: readonly Vector[]): Vector {
  switch (combination.kind) {
    case 'copy':
      return rows[combination.position] ?? new Float64Array()
    case 'mean':
      return coordinates(rows, (column) => meanOf(combination.positions.map((i) => column[i] ?? 0)))
    case 'weighted':
      return coordinates(rows, (column) =>
        column.reduce((sum, x, i) => sum + x * (combination.weights[i] ?? 0), 0),
      )
    case 'rank-mean':
      return coordinates(rows, (column) => meanOf(sorted(column).slice(combination.from, combination.to)))
    default:
      throw new RangeError(`no case searches against a rule that ends in ${combination.kind}`)
  }
}

function coordinates(rows: readonly Vector[], value: (column: readonly number[]) => number): Float64Array {
  return Float64Array.from(rows[0] ?? [], (_, k) => value(rows.map((row) => row[k] ?? 0)))
}

function sorted(column: readonly number[]): number[] {
  return [...column].sort((a, b) => a - b)
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length
}
