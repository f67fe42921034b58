/** What a row of the table of rules says, and how its parameters are typed. */
import type { Bound } from './bound.ts'
import type { PreAggregator, Rule } from './gar.ts'
import type { Parameter } from './parameter.ts'

export type Parameters = Readonly<Record<string, Parameter<unknown>>>

/** The values of parameters, by name. */
export type Values<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never
}

/** A rule or pre-aggregator whose parameters have their values. */
interface Made<Run> {
  readonly bound: Bound
  readonly run: Run
}

interface Row<Kind, Run> {
  readonly kind: Kind
  /** In the order in which the canonical text names them. */
  readonly parameters: Parameters
  /** `values` holds what each of `parameters` read. */
  make(values: Readonly<Record<string, unknown>>): Made<Run>
}

export type RuleRow = Row<'rule', Rule> | Row<'pre-aggregator', PreAggregator>

/** A row for a rule; `make` gets the values of `parameters`. */
export function rule<P extends Parameters>(parameters: P, make: (values: Values<P>) => Made<Rule>): RuleRow {
  return { kind: 'rule', parameters, make: (values) => make(values as Values<P>) }
}

/** A row for what comes before a rule. It keeps n and f, so the bounds of a pipeline's stages are on the same two. */
export function preAggregator<P extends Parameters>(
  parameters: P,
  make: (values: Values<P>) => Made<PreAggregator>,
): RuleRow {
  return { kind: 'pre-aggregator', parameters, make: (values) => make(values as Values<P>) }
}
