/** The catalogue as a program calls it: one call, one record of options, typed rule by rule. */
import { seededRandom } from '../util/prng.ts'
import type { Given } from './gar.ts'
import { type Pipeline, parseRule } from './pipeline.ts'
import type { Written } from './rule-row.ts'
import type { Table } from './rules.ts'

/** The names of the rules, without the pre-aggregators. */
export type RuleName = {
  [Name in keyof Table]: Table[Name]['kind'] extends 'rule' ? Name : never
}[keyof Table]

/** The parameters of a rule, spelled as in its text. */
export type ParametersOf<Name extends RuleName> = keyof Table[Name]['parameters'] extends never
  ? Readonly<Record<string, never>>
  : Written<Table[Name]['parameters']>

/** A rule by name, or the last of a pipeline, and its parameters. */
type OptionsOf<Name extends RuleName> = {
  readonly rule: Name | `${string}>${Name}`
  /** How many of the vectors may be arbitrary. */
  readonly f: number
  readonly params?: ParametersOf<Name>
}

/** A rule or pipeline whose parameters stand in its text. */
interface WrittenOptions {
  readonly rule: `${string}:${string}`
  readonly f: number
  readonly params?: never
}

/**
 * Which rule, and for how many liars:
 *
 *     { rule: 'krum', f: 2, params: { neighbors: 'n-f-1' } }
 *     { rule: 'arc>nnm>geomed', f: 2, params: { nu: 0.1, T: 3 } }    parameters of the last stage
 *     { rule: 'bucketing:s=3>trmean', f: 1 }                         the same grammar as in a swarm file
 */
export type RuleOptions = { [Name in RuleName]: OptionsOf<Name> }[RuleName] | WrittenOptions

/** What a call may be given besides vectors: see `Given`. */
export interface CallOptions extends Omit<Given, 'random'> {
  /** For what is drawn (bucketing, caf:powerIters=1): the same seed, the same result. @default the rule's own */
  readonly seed?: number | undefined
}

export type AggregateOptions = RuleOptions & CallOptions

/**
 * The pipeline that `options` name.
 *
 * @throws GAR_UNKNOWN_RULE, GAR_WRONG_PLACE, GAR_UNKNOWN_PARAMETER, GAR_REPEATED_PARAMETER, GAR_BAD_VALUE
 */
export function pipelineOf({ rule, params = {} }: RuleOptions): Pipeline {
  const written = Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
  return parseRule(withParameters(rule, written))
}

/** The text of a rule whose last stage has these parameters too, each `name=value`. */
export function withParameters(rule: string, written: readonly string[]): string {
  if (written.length === 0) return rule
  const last = rule.slice(rule.lastIndexOf('>') + 1)
  return `${rule}${last.includes(':') ? ',' : ':'}${written.join(',')}`
}

/** What a pipeline is given besides vectors. */
export function givenOf({ seed, own, start, valid }: CallOptions): Given {
  const random = seed === undefined ? undefined : seededRandom(seed, 'aggregate')
  return { own, start, valid, random }
}

/**
 * One vector of n: [n][d] to [d], at once, on this thread. Pure and deterministic: the same vectors in the same order and
 * the same options give the same bits on every machine. `vectors` are never written to, and the result is a vector of its
 * own. Where members of a swarm must agree, pass them sorted by the senders' ids.
 *
 * @throws what `pipelineOf` throws; GAR_BAD_F, GAR_TOO_FEW_VECTORS, GAR_TOO_MANY_SUBSETS, GAR_NO_VECTORS,
 * GAR_EMPTY_VECTORS, GAR_WRONG_ARRAY, GAR_UNEQUAL_LENGTHS, GAR_NOT_GIVEN, GAR_BAD_GIVEN; GAR_NOT_FINITE
 */
export function aggregate(vectors: readonly Float32Array[], options: AggregateOptions): Float32Array {
  return pipelineOf(options).aggregate(vectors, options.f, givenOf(options))
}
