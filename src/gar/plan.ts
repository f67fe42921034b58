/** A pipeline as one generator over passes: what pre-aggregators decide is carried along, not computed in between. */
import type { Circumstances, Combination, Mix, PreAggregator, Reduction, Rule } from './gar.ts'

/** One visit of all coordinates. */
interface Pass {
  /** How the rows are made of the inputs. */
  readonly mixes: readonly Mix[]
  /** True where the starting point is the last of the inputs; pre-aggregators never see it. */
  readonly withStart: boolean
}

/** A visit that ends in numbers for each row or pair of rows. */
export interface ReductionPass extends Pass {
  readonly reduction: Reduction
  /** Rows after the mixes. */
  readonly rows: number
}

/** The visit that ends in the result. */
export interface FinishPass extends Pass {
  readonly combination: Combination
  readonly scores?: Float64Array
}

export type Plan = Generator<ReductionPass, FinishPass, Float64Array>

/** Runs the stages one after the other: each sees the rows as those before it left them. */
export function* planOf(mixers: readonly PreAggregator[], rule: Rule, circumstances: Circumstances): Plan {
  const { hasStart = false } = circumstances
  const mixes: Mix[] = []
  let known = circumstances
  for (const mixer of mixers) {
    const seen = { mixes: [...mixes], rows: known.n, withStart: false }
    const mix = yield* over(seen, mixer(known))
    mixes.push(mix)
    known = behind(mix, known)
  }
  const { n } = known
  const seen = hasStart
    ? { mixes: keepingStart(mixes, circumstances.n), rows: n + 1, withStart: true }
    : { mixes, rows: n, withStart: false }
  const { after = [], ...finish } = yield* over(seen, rule(known))
  const { scores, ...combination } = finish
  const last = { combination, mixes: [...seen.mixes, ...after], withStart: hasStart }
  return scores === undefined ? last : { ...last, scores }
}

/** What is known of the rows that a mix makes. Directions are projected on the inputs, not on these. */
function behind(mix: Mix, { own, ...known }: Circumstances): Circumstances {
  const isRegrouped = mix.kind === 'means' && mix.regroups === true
  return {
    ...known,
    n: rowsOf(mix),
    own: isRegrouped ? undefined : own,
    project: undefined,
  }
}

/** What a stage asks about its rows, asked about the inputs. */
function* over<Decision>(
  seen: Omit<ReductionPass, 'reduction'>,
  stage: Generator<Reduction, Decision, Float64Array>,
): Generator<ReductionPass, Decision, Float64Array> {
  let asked = stage.next()
  while (asked.done !== true) asked = stage.next(yield { ...seen, reduction: asked.value })
  return asked.value
}

/** Rows that a mix makes. */
export function rowsOf(mix: Mix): number {
  return mix.kind === 'means' ? mix.of.length : mix.by.length
}

/** The same mixes of one row more, the last of n + 1, which stays as it is. */
function keepingStart(mixes: readonly Mix[], n: number): Mix[] {
  let last = n
  return mixes.map((mix) => {
    const start = last
    last = rowsOf(mix)
    if (mix.kind === 'scales') return { kind: 'scales', by: Float64Array.of(...mix.by, 1) }
    return { kind: 'means', of: [...mix.of, [start]] }
  })
}

/** Numbers that a reduction ends in. */
export function sizeOf({ reduction, rows }: ReductionPass): number {
  return reduction.kind === 'squared-distances' ? rows * rows : rows
}

/** Kernels write distances of pairs i < j: the others follow. */
export function completed({ reduction, rows }: ReductionPass, sums: Float64Array): Float64Array {
  if (reduction.kind === 'squared-distances')
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < i; j++) sums[i * rows + j] = sums[j * rows + i] as number
  return sums
}
