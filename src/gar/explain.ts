/** Why a result is what it is: what a rule measured, chose by, and made the result of. */
import { type AggregateOptions, givenOf, pipelineOf } from './aggregate.ts'
import type { Combination, Mix } from './gar.ts'
import type { FinishPass, Plan, ReductionPass } from './plan.ts'
import { run } from './run.ts'

export interface Explanation {
  /** Canonical text of the pipeline. */
  readonly rule: string
  /** What n and f had to satisfy. */
  readonly bound: string
  readonly result: Float32Array
  /**
   * The share of each input in the result: [n]. Absent where every coordinate is made of other inputs (median, trimmed
   * mean, Bulyan). What is missing from a sum of 1 is the starting point's, or clipped away.
   */
  readonly weights?: Float64Array
  /** Positions of the inputs that have a share, ascending. */
  readonly kept?: readonly number[]
  /** What the rule chose by, least is best: one number for each row that it saw, which pre-aggregators may have made. */
  readonly scores?: Float64Array
  /** The distances that were asked for; of several passes of one kind over the same rows, the last. */
  readonly measured: readonly Measured[]
}

/** Euclidean distances between rows, or from rows to a point. */
export interface Measured {
  readonly of: 'pairs' | 'zero' | 'middle ranks' | 'weighted sum'
  /** Pre-aggregators before it: 0 where the rows are the inputs. */
  readonly stage: number
  /** [rows * rows] of pairs, else [rows]. A starting point is the last row. */
  readonly distances: Float64Array
}

/**
 * Aggregates, and says how. The result is that of `aggregate`, to the bit.
 *
 * @throws what `aggregate` throws
 */
export function explain(vectors: readonly Float32Array[], options: AggregateOptions): Explanation {
  const pipeline = pipelineOf(options)
  const { plan, inputs } = pipeline.prepare(vectors, options.f, givenOf(options))
  const measured = new Map<string, Measured>()
  const finishes: FinishPass[] = []
  const result = run(recorded(plan, measured, finishes), inputs)
  const weights = finishes[0] && weightsOf(finishes[0], vectors.length)
  const scores = finishes[0]?.scores
  return {
    rule: pipeline.text,
    bound: pipeline.bound,
    result,
    ...(weights && { weights, kept: Array.from(weights.keys()).filter((i) => weights[i] !== 0) }),
    ...(scores && { scores }),
    measured: [...measured.values()],
  }
}

/** The same plan, looked at as it goes by. */
function* recorded(plan: Plan, measured: Map<string, Measured>, finishes: FinishPass[]): Plan {
  let pass = plan.next()
  while (pass.done !== true) {
    const sums = yield pass.value
    const { mixes, reduction } = pass.value
    const of = measuredBy(reduction)
    measured.set(`${of}/${mixes.length}`, { of, stage: mixes.length, distances: sums.map(Math.sqrt) })
    pass = plan.next(sums)
  }
  finishes.push(pass.value)
  return pass.value
}

function measuredBy(reduction: ReductionPass['reduction']): Measured['of'] {
  if (reduction.kind === 'squared-distances') return 'pairs'
  const names = { zero: 'zero', ranks: 'middle ranks', weights: 'weighted sum' } as const
  return names[reduction.point.kind]
}

/** The shares of the n inputs in what is a weighted sum of them. */
function weightsOf({ combination, mixes, withStart }: FinishPass, n: number): Float64Array | undefined {
  const last = sharesOf(combination)
  if (last === undefined) return undefined
  const rows = withStart ? n + 1 : n
  const shares = mixes.reduceRight<ReadonlyMap<number, number>>(unmixed, last)
  return Float64Array.from({ length: rows }, (_, i) => shares.get(i) ?? 0).subarray(0, n)
}

/** The shares of rows in a combination, by position; undefined where each coordinate has shares of its own. */
function sharesOf(combination: Combination): ReadonlyMap<number, number> | undefined {
  switch (combination.kind) {
    case 'copy':
      return new Map([[combination.position, 1]])
    case 'mean':
      return evenly(combination.positions)
    case 'weighted':
      return new Map(combination.weights.entries())
    default:
      return undefined
  }
}

/** From shares of the rows that a mix makes to shares of those that it makes them of. */
function unmixed(shares: ReadonlyMap<number, number>, mix: Mix): ReadonlyMap<number, number> {
  const before = new Map<number, number>()
  for (const [row, share] of shares) {
    const parts = mix.kind === 'means' ? evenly(mix.of[row] ?? []) : new Map([[row, mix.by[row] ?? 0]])
    for (const [position, part] of parts) before.set(position, (before.get(position) ?? 0) + share * part)
  }
  return before
}

function evenly(positions: readonly number[]): ReadonlyMap<number, number> {
  return new Map(positions.map((position) => [position, 1 / positions.length]))
}
