/** Cases of attacks: the input is what the honest said, the answer what an attacker says. */
import { z } from 'zod'
import { alieZ } from '../attack/alie-z.ts'
import type { Aggregate, VectorAttack } from '../attack/attack.ts'
import { attackTable } from '../attack/attack-table.ts'
import { parseAttack } from '../attack/attacks.ts'
import { parseRule } from '../gar/pipeline.ts'
import { seededRandom } from '../util/prng.ts'
import { type Case, parameterOf } from './case.ts'
import { wideAggregate } from './wide.ts'

/** Whether the case is about an attack. */
export function isAttackCase({ rule }: Case): boolean {
  return Object.hasOwn(texts, rule) || Object.hasOwn(attackTable, rule)
}

/** What our attack says. @throws CONFORMANCE_BAD_CASE, and what rules throw */
export function forgedBy(one: Case): Float32Array {
  const attack: VectorAttack | undefined = parseAttack(textOf(one)).forge?.()
  const own = one.vectors[0]
  if (attack === undefined || own === undefined) throw new TypeError(`${one.rule} forges no vector`)
  return attack({
    honest: one.vectors,
    own,
    colluding: [own],
    liars: one.f ?? 1,
    rank: 0,
    aggregate: 'agg' in one.params ? aggregateOf(one) : nothingToSearch,
    random: seededRandom(1, one.id),
  })
}

/** The z of every row of the table. */
export function zTable({ rows = [] }: Case): readonly number[] {
  return rows.map(({ n, f }) => alieZ(n, f, 'honest'))
}

/** How the attack is written here, and what its other parameters must be: the search, above all, is fixed. */
const texts: Readonly<Record<string, (one: Case) => string>> = {
  mimic: (one) => `mimic:target=${parameterOf(one, 'epsilon', z.int())}`,
  ipm: (one) => `ipm:tau=${parameterOf(one, 'tau', z.number())}`,
  alie: (one) => `alie:tau=${parameterOf(one, 'tau', z.number())},ddof=${parameterOf(one, 'ddof', z.int())}`,
  'alie-auto': (one) => fixed(one, { ddof: 1, sign: -1 }, 'alie:tau=auto,direction=down'),
  'opt-ipm': (one) => fixed(one, byzflSearch, 'opt-ipm'),
  'opt-alie': (one) => fixed(one, byzflSearch, 'opt-alie'),
  'epfl-little': (one) => fixed(one, epflSearch, 'epfl-little'),
  'epfl-empire': (one) => fixed(one, epflSearch, 'epfl-empire'),
  'min-max': (one) => fixed(one, ndssSearch, `min-max:dev=${parameterOf(one, 'dev', z.string())}`),
  'min-sum': (one) => fixed(one, ndssSearch, `min-sum:dev=${parameterOf(one, 'dev', z.string())}`),
}

const byzflSearch = { evals: 20, start: 0, delta: 10, ratio: 0.8 }
const epflSearch = { evals: 16, start: 0, delta: 1, ratio: 0.8 }
const ndssSearch = { gammaInit: 10, threshold: 1e-5, ddof: 1 }

function textOf(one: Case): string {
  return texts[one.rule]?.(one) ?? one.rule
}

function fixed(one: Case, values: Readonly<Record<string, number>>, text: string): string {
  for (const [name, value] of Object.entries(values)) parameterOf(one, name, z.literal(value))
  return text
}

const shortNames: Readonly<Record<string, string>> = { brute: 'mda' }

/** The rule under attack, behind its pre-aggregators, all with the case's f. */
function aggregateOf(one: Case): Aggregate {
  const named = parameterOf(one, 'agg', z.string())
  const rule = shortNames[named] ?? named
  const before = 'preAgg' in one.params ? parameterOf(one, 'preAgg', stages) : []
  const mixers = before.flatMap((stage) =>
    Object.entries(stage).map(([name, value]) => (name === 'clipping' ? `clipping:c=${value}` : name)),
  )
  const pipeline = parseRule([...mixers, rule + parametersOf(one, rule)].join('>'))
  return (vectors) => wideAggregate(pipeline, vectors, one.f ?? 0)
}

const stages = z.array(z.record(z.string(), z.number()))

function parametersOf(one: Case, rule: string): string {
  const n = one.vectors.length + (one.f ?? 0)
  if (rule === 'krum')
    return `:neighbors=n-f-${n - (one.f ?? 0) - parameterOf(one, 'krumNeighbors', z.int())}`
  if (rule === 'geomed') return ':init=zero,nu=0.1,T=3'
  const even = rule === 'median' && 'even' in one.params ? parameterOf(one, 'even', z.string()) : undefined
  return even === undefined ? '' : `:even=${even}`
}

function nothingToSearch(): never {
  throw new TypeError('the case names no rule to search with')
}
