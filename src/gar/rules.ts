/** The table from name to rule. */
import { aksel } from './aksel.ts'
import { average } from './average.ts'
import { anHonestOne, atLeast, honestMajority, nobodyLies, ofGroups } from './bound.ts'
import { bucketing } from './bucketing.ts'
import { bulyan, bulyanMultikrum } from './bulyan.ts'
import { caf } from './caf.ts'
import { centeredclipping } from './centeredclipping.ts'
import { cge } from './cge.ts'
import { arc, clipping } from './clipping.ts'
import { geomed } from './geomed.ts'
import { krum, krumBound } from './krum.ts'
import { mda } from './mda.ts'
import { meamed } from './meamed.ts'
import { median } from './median.ts'
import { monna } from './monna.ts'
import { multikrum, multikrumBound } from './multikrum.ts'
import { checkMva, mva } from './mva.ts'
import { nnm } from './nnm.ts'
import { averageNan, medianNan } from './of-valid.ts'
import { count, neighbors, oneOf, real, whole, wordOrPosition } from './parameter.ts'
import { phocas } from './phocas.ts'
import { preAggregator, type RuleRow, rule } from './rule-row.ts'
import { checkSmea, smea } from './smea.ts'
import { smeaPower1 } from './smea-power1.ts'
import { trmean } from './trmean.ts'

const even = oneOf('mean-of-middles', 'lower', 'upper')
const krumParameters = { neighbors: neighbors(), distance: oneOf('squared', 'euclidean') }
/** Passes over all coordinates that one call may take. */
const passes = (byDefault: number) => whole(byDefault, { from: 1, to: 1_000_000 })

/** Every rule and pre-aggregator there is: its parameters, the bound that it needs, and the function. */
const table = {
  average: rule({}, () => ({ bound: nobodyLies, run: average })),
  median: rule({ even }, (values) => ({ bound: honestMajority, run: median(values.even) })),
  trmean: rule({}, () => ({ bound: honestMajority, run: trmean })),
  meamed: rule({ even }, (values) => ({ bound: honestMajority, run: meamed(values.even) })),
  phocas: rule({}, () => ({ bound: honestMajority, run: phocas })),
  krum: rule(krumParameters, (values) => ({ bound: krumBound(values), run: krum(values) })),
  multikrum: rule({ ...krumParameters, m: count('n-f-2') }, (values) => ({
    bound: multikrumBound(values),
    run: multikrum(values),
  })),
  mda: rule({}, () => ({ bound: honestMajority, run: mda })),
  mva: rule({}, () => ({ bound: honestMajority, run: mva, check: checkMva })),
  smea: rule({}, () => ({ bound: honestMajority, run: smea, check: checkSmea })),
  'smea-power1': rule({}, () => ({ bound: honestMajority, run: smeaPower1, check: checkSmea })),
  caf: rule({ powerIters: oneOf('exact', '1') }, (values) => ({ bound: honestMajority, run: caf(values) })),
  bulyan: rule({ even }, (values) => ({ bound: atLeast(4, 3), run: bulyan(values.even) })),
  'bulyan-multikrum': rule({ even: oneOf('upper', 'lower', 'mean-of-middles') }, (values) => ({
    bound: atLeast(4, 3),
    run: bulyanMultikrum(values.even),
  })),
  geomed: rule(
    {
      init: oneOf('median', 'mean', 'zero'),
      nu: real(1e-6),
      T: passes(100),
      ftol: real(1e-9, { orZero: true }),
    },
    (values) => ({ bound: honestMajority, run: geomed(values) }),
  ),
  aksel: rule({ mode: oneOf('mid', 'n-f'), even }, (values) => ({
    bound: honestMajority,
    run: aksel(values),
  })),
  centeredclipping: rule({ m0: oneOf('start', 'zero', 'own'), L: passes(1), tau: real(100) }, (values) => ({
    bound: honestMajority,
    run: centeredclipping(values),
    takes: 'start',
  })),
  cge: rule({}, () => ({ bound: honestMajority, run: cge })),
  monna: rule({ idx: wordOrPosition('own') }, (values) => ({
    bound: honestMajority,
    run: monna(values.idx),
  })),
  'average-nan': rule({}, () => ({ bound: nobodyLies, run: averageNan, takes: 'holes' })),
  'median-nan': rule({ even }, (values) => ({
    bound: honestMajority,
    run: medianNan(values.even),
    takes: 'holes',
  })),
  nnm: preAggregator({}, () => ({ bound: honestMajority, run: nnm })),
  bucketing: preAggregator(
    { s: whole(2, { from: 1, to: 999_999 }), seed: whole(0, { from: 0, to: 4_294_967_295 }) },
    (values) => ({
      bound: anHonestOne,
      run: bucketing(values),
      rowsOf: (n) => Math.ceil(n / values.s),
      boundBehind: (bound) => ofGroups(bound, values.s),
    }),
  ),
  clipping: preAggregator({ c: real(2) }, (values) => ({ bound: anHonestOne, run: clipping(values.c) })),
  arc: preAggregator({}, () => ({ bound: honestMajority, run: arc })),
}

export type Table = typeof table

export const rules: ReadonlyMap<string, RuleRow> = new Map<string, RuleRow>(Object.entries(table))
