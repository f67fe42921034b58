/** The table from name to rule. */
import { average } from './average.ts'
import { atLeast, nobodyLies } from './bound.ts'
import { krum, krumBound } from './krum.ts'
import { mda } from './mda.ts'
import { median } from './median.ts'
import { multikrum, multikrumBound } from './multikrum.ts'
import { nnm } from './nnm.ts'
import { count, oneOf } from './parameter.ts'
import { preAggregator, type RuleRow, rule } from './rule-row.ts'
import { trmean } from './trmean.ts'

const honestMajority = atLeast(2, 1)
const even = oneOf('mean-of-middles', 'lower', 'upper')
const neighbors = oneOf('n-f-2', 'n-f-1')
const distance = oneOf('squared', 'euclidean')
const m = count('n-f-2')

/** Every rule and pre-aggregator there is: its parameters, the bound that it needs, and the function. */
export const rules: ReadonlyMap<string, RuleRow> = new Map([
  ['average', rule({}, () => ({ bound: nobodyLies, run: average }))],
  ['median', rule({ even }, (values) => ({ bound: honestMajority, run: median(values.even) }))],
  ['trmean', rule({}, () => ({ bound: honestMajority, run: trmean }))],
  ['krum', rule({ neighbors, distance }, (values) => ({ bound: krumBound(values), run: krum(values) }))],
  [
    'multikrum',
    rule({ neighbors, distance, m }, (values) => ({ bound: multikrumBound(values), run: multikrum(values) })),
  ],
  ['mda', rule({}, () => ({ bound: honestMajority, run: mda }))],
  ['nnm', preAggregator({}, () => ({ bound: honestMajority, run: nnm }))],
])
