/** What a row of the table of rules says, and how its parameters are typed. */
import type { Bound } from './bound.ts'
import type { PreAggregator, Rule } from './gar.ts'
import type { Parameter } from './parameter.ts'

export type Parameters = Readonly<Record<string, Parameter<unknown, string | number>>>

/** The values of parameters, by name. */
export type Values<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T, string | number> ? T : never
}

/** What a program may give for parameters, by name. */
export type Written<P extends Parameters> = {
  readonly [K in keyof P]?: Exclude<P[K]['written'], undefined>
}

/** A rule whose parameters have their values. */
export interface MadeRule {
  readonly bound: Bound
  readonly run: Rule
  /** Says no to n and f within the bound that are too many to compute. Of n and f alone, so that no liar can bring it about. */
  check?(n: number, f: number): void
  /** What it takes besides vectors: a starting point, or bitmaps of holes, which no stage before it could see. */
  readonly takes?: 'start' | 'holes'
}

/** A pre-aggregator whose parameters have their values. */
export interface MadeMixer {
  readonly bound: Bound
  readonly run: PreAggregator
  /** How many rows it makes of n. @default n */
  rowsOf?(n: number): number
  /** What n must satisfy so that the rows made of n vectors satisfy `bound`. @default bound */
  boundBehind?(bound: Bound): Bound
}

export interface Row<Kind, P extends Parameters, Made> {
  readonly kind: Kind
  /** In the order in which the canonical text names them. */
  readonly parameters: P
  /** `values` holds what each of `parameters` read. */
  make(values: Values<P>): Made
}

type MixerRow<P extends Parameters = Parameters> = Row<'pre-aggregator', P, MadeMixer>

export type RuleRow = Row<'rule', Parameters, MadeRule> | MixerRow

/** A row for a rule; `make` gets the values of `parameters`. */
export function rule<P extends Parameters>(
  parameters: P,
  make: (values: Values<P>) => MadeRule,
): Row<'rule', P, MadeRule> {
  return { kind: 'rule', parameters, make }
}

/** A row for what comes before a rule. f stays as it is, so the bounds of a pipeline's stages are on the same two. */
export function preAggregator<P extends Parameters>(
  parameters: P,
  make: (values: Values<P>) => MadeMixer,
): MixerRow<P> {
  return { kind: 'pre-aggregator', parameters, make }
}
