/** Runs a plan at once, on this thread. */
import type { Combination, Given, Mix, Reduction } from './gar.ts'
import { notFiniteAmong } from './input.ts'
import { defaultKernels } from './kernels/default-kernels.ts'
import { type Kernels, type Rows, stripeLength } from './kernels/kernels.ts'
import { completed, type Plan, type ReductionPass, sizeOf } from './plan.ts'

export interface Inputs extends Pick<Given, 'start' | 'valid'> {
  /** [n][d] */
  readonly vectors: readonly Float32Array[]
  /** @default what defaultKernels says */
  readonly kernels?: Kernels | undefined
  /** Takes the result: [d]. @default a new vector */
  readonly into?: Float32Array | undefined
}

/**
 * [n][d] to [d].
 *
 * @throws GAR_NOT_FINITE
 */
export function run(plan: Plan, inputs: Inputs): Float32Array {
  const { kernels = defaultKernels() } = inputs
  let checked = false
  let pass = plan.next()
  while (pass.done !== true) {
    const sums = reduce(kernels, pass.value, rowsFor(inputs, pass.value, checked))
    checked = true
    pass = plan.next(sums)
  }
  return combined(kernels, pass.value.combination, rowsFor(inputs, pass.value, checked), inputs.into)
}

/**
 * The rows that a pre-aggregator makes: [n][d] to [m][d].
 *
 * @throws GAR_NOT_FINITE
 */
export function mixed(
  stage: Generator<Reduction, Mix, Float64Array>,
  { vectors, kernels = defaultKernels() }: Inputs,
): Float32Array[] {
  let asked = stage.next()
  while (asked.done !== true) asked = stage.next(reduced(asked.value, { vectors, kernels }))
  return rowsAlone(asked.value).map((combination) => combined(kernels, combination, { vectors, mixes: [] }))
}

/** Each row of a mix as a combination of the inputs. */
function rowsAlone(mix: Mix): Combination[] {
  if (mix.kind === 'means') return mix.of.map((positions) => ({ kind: 'mean', positions }))
  return Array.from(mix.by, (_, i) => ({
    kind: 'weighted',
    weights: mix.by.map((factor, j) => (i === j ? factor : 0)),
  }))
}

/** The sums of one reduction over the vectors as they are: [n * n] or [n]. */
export function reduced(reduction: Reduction, { vectors, kernels = defaultKernels() }: Inputs): Float64Array {
  const pass = { reduction, mixes: [], rows: vectors.length, withStart: false }
  return reduce(kernels, pass, { vectors, mixes: [] })
}

/** What a pass visits. */
function rowsFor(
  { vectors, start, valid }: Inputs,
  { mixes, withStart }: Pick<ReductionPass, 'mixes' | 'withStart'>,
  checked: boolean,
): Rows {
  return {
    vectors: withStart && start !== undefined ? [...vectors, start] : vectors,
    mixes,
    checked,
    ...(valid === undefined ? {} : { valid }),
  }
}

function combined(
  kernels: Kernels,
  combination: Combination,
  rows: Rows,
  result: Float32Array = new Float32Array(dimensionOf(rows.vectors)),
): Float32Array {
  if (!kernels.combine(combination, rows, 0, result.length, result)) throw notFiniteAmong(rows.vectors)
  return result
}

function reduce(kernels: Kernels, pass: ReductionPass, rows: Rows): Float64Array {
  const d = dimensionOf(rows.vectors)
  const total = new Float64Array(sizeOf(pass))
  const stripe = new Float64Array(total.length)
  for (let from = 0; from < d; from += stripeLength) {
    stripe.fill(0)
    if (!kernels.reduce(pass.reduction, rows, from, Math.min(from + stripeLength, d), stripe))
      throw notFiniteAmong(rows.vectors)
    for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + (stripe[i] as number)
  }
  return completed(pass, total)
}

function dimensionOf(vectors: readonly Float32Array[]): number {
  return vectors[0]?.length ?? 0
}
