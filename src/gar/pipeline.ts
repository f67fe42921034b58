/**
 * Rules as people write them:
 *
 *     pipeline  = { stage ">" } stage          pre-aggregators, then one rule: nnm>trmean
 *     stage     = name [ ":" parameter { "," parameter } ]
 *     parameter = name "=" value               krum:neighbors=n-f-1,distance=euclidean
 */
import { both, formatBound, minimumOf } from './bound.ts'
import { garError } from './errors.ts'
import type { Circumstances, Gar, Given } from './gar.ts'
import { checkInput, checkVectors, type Sized } from './input.ts'
import type { Kernels } from './kernels/kernels.ts'
import { type Plan, planOf } from './plan.ts'
import type { RuleRow } from './rule-row.ts'
import { rules } from './rules.ts'
import { mixed, run } from './run.ts'

/** A rule as written, ready to run. */
export interface Pipeline {
  /** Canonical, so equal pipelines have equal texts: parameters in the table's order, none at its default. */
  readonly text: string
  readonly stages: readonly Stage[]
  /** What n and f must satisfy: `n >= 2f+3`. */
  readonly bound: string
  /** The least n that the pipeline accepts for f; Infinity where it accepts none. */
  minimum(f: number): number
  /** @throws GAR_BAD_F, GAR_TOO_FEW_VECTORS, GAR_NO_VECTORS, GAR_EMPTY_VECTORS, GAR_UNEQUAL_LENGTHS */
  check(vectors: readonly Sized[], f: number): void
  /** What is to be computed, for whoever visits the coordinates. */
  plan(circumstances: Circumstances): Plan
  /**
   * [n][d] to [d], at once and on this thread, with the default kernels. Never writes to its input.
   *
   * @throws what `check` throws, and GAR_NOT_FINITE
   */
  readonly aggregate: Gar
  /** The same with other kernels: the same bits. */
  using(kernels: Kernels): Gar
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
  const check: Pipeline['check'] = (vectors, f) => checkInput(vectors, f, canonical, bound)
  const plan: Pipeline['plan'] = (circumstances) =>
    planOf(
      mixers.map((mixer) => mixer.run),
      last.run,
      circumstances,
    )
  const using = (kernels?: Kernels): Gar => {
    return (vectors, f, { start, valid, own, random } = {}) => {
      check(vectors, f)
      if (start !== undefined) checkVectors([...vectors, start])
      const n = vectors.length
      const circumstances = { n, f, own, random, hasStart: start !== undefined }
      return run(plan(circumstances), { vectors, start, valid, kernels })
    }
  }
  return {
    text: canonical,
    stages: stages.map(({ name, text, row }) => ({ name, text, kind: row.kind })),
    bound: formatBound(bound),
    minimum: (f) => minimumOf(bound, f),
    check,
    plan,
    aggregate: using(),
    using,
  }
}

/** What comes before a rule, by itself: [n][d] to [m][d]. */
export type Mixer = (vectors: readonly Float32Array[], f: number, given?: Given) => Float32Array[]

/**
 * Reads one pre-aggregator, `nnm` or `bucketing:s=2`, to be used without a rule.
 *
 * @throws what `parseRule` throws
 */
export function parseMixer(text: string): Mixer {
  const stage = parseStage(text)
  const { bound, run: mixer } = asPreAggregator(stage)
  return (vectors, f, { own, random } = {}) => {
    checkInput(vectors, f, stage.text, bound)
    return mixed(mixer({ n: vectors.length, f, own, random }), { vectors })
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
