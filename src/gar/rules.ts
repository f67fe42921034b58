/** The table from name to rule. */
import { average } from './average.ts'
import { honestMajority, nobodyLies } from './bound.ts'
import { krum, krumBound } from './krum.ts'
import { mda } from './mda.ts'
import { median } from './median.ts'
import { multikrum, multikrumBound } from './multikrum.ts'
import { nnm } from './nnm.ts'
import { count, neighbors, oneOf } from './parameter.ts'
import { preAggregator, type RuleRow, rule } from './rule-row.ts'
import { trmean } from './trmean.ts'

const even = oneOf('mean-of-middles', 'lower', 'upper')
const krumParameters = { neighbors: neighbors(), distance: oneOf('squared', 'euclidean') }

/** Every rule and pre-aggregator there is: its parameters, the bound that it needs, and the function. */
const table = {
  average: rule({}, () => ({ bound: nobodyLies, run: average })),
  median: rule({ even }, (values) => ({ bound: honestMajority, run: median(values.even) })),
  trmean: rule({}, () => ({ bound: honestMajority, run: trmean })),
  krum: rule(krumParameters, (values) => ({ bound: krumBound(values), run: krum(values) })),
  multikrum: rule({ ...krumParameters, m: count('n-f-2') }, (values) => ({
    bound: multikrumBound(values),
    run: multikrum(values),
  })),
  mda: rule({}, () => ({ bound: honestMajority, run: mda })),
  nnm: preAggregator({}, () => ({ bound: honestMajority, run: nnm })),
}

export type Table = typeof table

export const rules: ReadonlyMap<string, RuleRow> = new Map<string, RuleRow>(Object.entries(table))
