/**
 * Gradient aggregation rules (GARs): from n vectors of length d, at most f of them arbitrary, to one.
 * Types only; `rules.ts` is the table from name to rule.
 *
 * A rule is a generator over *passes*. It asks for sums over all coordinates (all pairwise distances, say), gets them,
 * decides, and ends with what each coordinate of the result is made of. It never sees a coordinate, so the same few lines
 * run on arrays, on many threads, and on vectors that do not fit into memory; whoever drives it does the visiting.
 */
import type { Random } from '../util/prng.ts'

/**
 * From n vectors to one. Of the vectors' values it knows only what its reductions tell; they come back as float64.
 *
 * Rules that choose among inputs break ties by the lowest position, and the vectors are sorted by the sender's peer id: so
 * peers that hold the same vectors compute the same bits.
 */
export type Rule = (circumstances: Circumstances) => Generator<Reduction, Finish, Float64Array>

/** From n rows to m: what comes before a rule in a pipeline, `nnm` in `nnm>trmean`. */
export type PreAggregator = (circumstances: Circumstances) => Generator<Reduction, Mix, Float64Array>

/**
 * A rule or pipeline, ready to run: [n][d] to [d]. Inputs are sorted by the sender's peer id, finite, and never written
 * to. Pure: the same vectors and the same `given`, the same bits.
 */
export type Gar = (
  vectors: readonly Float32Array[],
  f: number,
  given?: Given,
  /** A vector [d] to write the result to, which then is returned: fresh memory costs as much as reading the inputs. */
  into?: Float32Array,
) => Float32Array

/** What some rules need besides vectors; a rule is not told of what it does not take. */
export interface Given extends Pick<Circumstances, 'own' | 'random'> {
  /** Where to start (centeredclipping): [d]. */
  readonly start?: Float32Array | undefined
  /** Which coordinates are there (average-nan, median-nan): [n] bitmaps, bit k % 8 of byte k / 8. */
  readonly valid?: readonly Uint8Array[] | undefined
}

/** What a rule knows before it looks at any vector. */
export interface Circumstances {
  /** Rows given to this stage, and how many of them may be arbitrary. */
  readonly n: number
  readonly f: number
  /** Position of the vector that is the caller's own, for rules that trust it (monna). */
  readonly own?: number | undefined
  /** True where a starting point stands behind the n vectors, as row n (centeredclipping). */
  readonly hasStart?: boolean
  /** For what is drawn (bucketing's permutation). Peers that must agree share its seed. */
  readonly random?: Random | undefined
  /** Draws a standard normal direction [d] from `random`. For rules that repeat published runs. */
  readonly project?: (() => Projection) | undefined
}

/** The inputs along a direction r. */
export interface Projection {
  /** x_i.r: [n] */
  readonly products: Float64Array
  /** |r| */
  readonly length: number
}

/** A sum over all coordinates, for each row or each pair of rows. */
export type Reduction =
  /** |x_i - x_j|^2 for all pairs: [n * n], row by row, symmetric, zeros on the diagonal. */
  | { readonly kind: 'squared-distances' }
  /** |x_i - p|^2 for every row: [n]. */
  | { readonly kind: 'squared-distances-to'; readonly point: Point }

/** A vector that is never written down: each of its coordinates follows from the rows' values there, in float64. */
export type Point =
  | { readonly kind: 'zero' }
  /** Mean of the values of rank from..to-1: the median, a trimmed mean. */
  | { readonly kind: 'ranks'; readonly from: number; readonly to: number }
  /** sum w_i x_i, in the order of the rows. */
  | { readonly kind: 'weights'; readonly weights: Float64Array }

/** How rows are made of rows, coordinate by coordinate; each is rounded to float32. */
export type Mix =
  /**
   * Row i is the mean of the rows at `of[i]`, summed in that order in float64. `regroups` says that row i no longer stands
   * for input i, so that nobody has a row of one's own any more.
   */
  | { readonly kind: 'means'; readonly of: readonly (readonly number[])[]; readonly regroups?: true }
  /** Row i is `by[i]` times x_i. */
  | { readonly kind: 'scales'; readonly by: Float64Array }

/** What a coordinate of the result is, from the rows' values at that coordinate. Sums are float64, the result float32. */
export type Finish = Combination & {
  /** Made of the rows that these say, not of the rows themselves (bulyan's second phase). */
  readonly after?: readonly Mix[]
  /** One number an input, least is best: what the rule chose by, for those who want to know why. */
  readonly scores?: Float64Array
}

export type Combination =
  /** The row itself, to the bit. */
  | { readonly kind: 'copy'; readonly position: number }
  /** Mean of these rows, in this order. */
  | { readonly kind: 'mean'; readonly positions: readonly number[] }
  /** sum w_i x_i, in the order of the rows. */
  | { readonly kind: 'weighted'; readonly weights: Float64Array }
  /** Mean of the values of rank from..to-1 among the n sorted ones. */
  | { readonly kind: 'rank-mean'; readonly from: number; readonly to: number }
  /**
   * Mean of the `keep` values nearest to the mean of ranks from..to-1; of two equally far the smaller. They are a run of
   * the sorted values, summed from the least up.
   */
  | { readonly kind: 'nearest-mean'; readonly from: number; readonly to: number; readonly keep: number }
  /** Mean of the values that `valid` says are there; 0 where none is. */
  | { readonly kind: 'mean-of-valid' }
  /** Median of the values that `valid` says are there; 0 where none is. */
  | { readonly kind: 'median-of-valid'; readonly even: 'mean-of-middles' | 'lower' | 'upper' }
