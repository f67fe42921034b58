/**
 * The table from name to rule, and the grammar in which rules are written:
 *
 *     pipeline  = { stage ">" } stage          pre-aggregators, then one rule: nnm>trmean
 *     stage     = name [ ":" parameter { "," parameter } ]
 *     parameter = name "=" value               krum:neighbors=n-f-1,distance=euclidean
 */
import { average } from './average.ts'
import { atLeast, both, formatBound, minimumOf, nobodyLies } from './bound.ts'
import { garError } from './errors.ts'
import type { Gar } from './gar.ts'
import { checkInput } from './input.ts'
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

/** A rule as written, ready to run. */
export interface Pipeline {
  /** Canonical, so equal pipelines have equal texts: parameters in the table's order, none at its default. */
  readonly text: string
  readonly stages: readonly Stage[]
  /** What n and f must satisfy: `n >= 2f+3`. */
  readonly bound: string
  /** The least n that the pipeline accepts for f; Infinity where it accepts none. */
  minimum(f: number): number
  /**
   * [n][d] to [d]. Checks its input before it computes anything, and never writes to it.
   *
   * @throws GAR_BAD_F, GAR_TOO_FEW_VECTORS, GAR_NO_VECTORS, GAR_EMPTY_VECTORS, GAR_UNEQUAL_LENGTHS, GAR_NOT_FINITE
   */
  readonly aggregate: Gar
}

export interface Stage {
  readonly name: string
  readonly text: string
  readonly kind: RuleRow['kind']
}

/**
 * Reads `nnm>trmean`, `multikrum:m=n-f`. Spaces around names and values are ignored.
 *
 * @throws GAR_UNKNOWN_RULE, GAR_WRONG_PLACE, GAR_UNKNOWN_PARAMETER, GAR_REPEATED_PARAMETER, GAR_BAD_VALUE
 */
export function parseRule(text: string): Pipeline {
  const stages = text.split('>').map(parseStage)
  const mixers = stages.slice(0, -1).map(asPreAggregator)
  const last = asRule(stages.at(-1) as ParsedStage)
  const canonical = stages.map((stage) => stage.text).join('>')
  const bound = both(...mixers.map((mixer) => mixer.bound), last.bound)
  return {
    text: canonical,
    stages: stages.map(({ name, text, row }) => ({ name, text, kind: row.kind })),
    bound: formatBound(bound),
    minimum: (f) => minimumOf(bound, f),
    aggregate(vectors, f) {
      checkInput(vectors, f, canonical, bound)
      const mixed = mixers.reduce((inputs, mixer) => mixer.run(inputs, f), vectors)
      return last.run(mixed, f)
    },
  }
}

interface ParsedStage {
  readonly name: string
  readonly text: string
  readonly row: RuleRow
  readonly values: Readonly<Record<string, unknown>>
}

function parseStage(text: string): ParsedStage {
  const [head = '', ...tail] = text.split(':')
  const name = head.trim()
  const row = rules.get(name)
  if (row === undefined) throw garError({ code: 'GAR_UNKNOWN_RULE', name, allowed: [...rules.keys()] })
  const given = parseParameters(name, row, tail.join(':'))
  const values: Record<string, unknown> = {}
  const written: string[] = []
  for (const [parameter, { default: byDefault, allowed, read }] of Object.entries(row.parameters)) {
    const value = given.get(parameter) ?? byDefault
    values[parameter] = read(value)
    if (values[parameter] === undefined)
      throw garError({ code: 'GAR_BAD_VALUE', rule: name, parameter, value, allowed })
    if (value !== byDefault) written.push(`${parameter}=${value}`)
  }
  return { name, text: written.length === 0 ? name : `${name}:${written.join(',')}`, row, values }
}

/** What is written after the colon, by parameter. A parameter without a value has an empty one, which none accepts. */
function parseParameters(rule: string, { parameters }: RuleRow, text: string): Map<string, string> {
  const given = new Map<string, string>()
  if (text === '') return given
  for (const pair of text.split(',')) {
    const [name = '', ...value] = pair.split('=')
    const parameter = name.trim()
    if (!Object.hasOwn(parameters, parameter))
      throw garError({ code: 'GAR_UNKNOWN_PARAMETER', rule, parameter, allowed: Object.keys(parameters) })
    if (given.has(parameter)) throw garError({ code: 'GAR_REPEATED_PARAMETER', rule, parameter })
    given.set(parameter, value.join('=').trim())
  }
  return given
}

function asPreAggregator({ name, row, values }: ParsedStage) {
  if (row.kind === 'rule') throw garError({ code: 'GAR_WRONG_PLACE', stage: name, kind: row.kind })
  return row.make(values)
}

function asRule({ name, row, values }: ParsedStage) {
  if (row.kind === 'pre-aggregator') throw garError({ code: 'GAR_WRONG_PLACE', stage: name, kind: row.kind })
  return row.make(values)
}
