/**
 * Gradient aggregation rules (GARs): from n vectors of length d, at most f of them arbitrary, to one.
 * Types only; `rules.ts` is the table from name to rule.
 */

/**
 * A rule or a pipeline of pre-aggregators and a rule.
 *
 * `vectors` is [n][d], sorted by the sender's peer id: rules that choose among inputs break ties by the lowest
 * position, so peers that hold the same vectors compute the same bits. Inputs are finite, never written to.
 * Sums are accumulated in float64.
 */
export type Gar = (vectors: readonly Float32Array[], f: number) => Float32Array

/** From [n][d] to [m][d]: what comes before a rule in a pipeline, `nnm` in `nnm>trmean`. */
export type PreAggregator = (vectors: readonly Float32Array[], f: number) => Float32Array[]
