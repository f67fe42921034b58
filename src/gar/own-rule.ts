/** A rule of one's own, where the table of rules has none like it: for simulations and programs. */
import { atLeast } from './bound.ts'
import type { Rule } from './gar.ts'
import { joined, type Pipeline } from './pipeline.ts'
import { rule } from './rule-row.ts'
import { type ParsedStage, parseStage } from './stage.ts'

export interface OwnRule {
  /** What tables and pictures call it. */
  readonly name: string
  /** The rule needs n >= slope f + offset. @default 2f + 1 */
  readonly needs?: { readonly slope: number; readonly offset: number }
  /** Pre-aggregators before it, as they are written: `nnm`, `arc>nnm`. None if absent. */
  readonly after?: string
  /** The rule itself: it asks for sums over all coordinates, and ends with what each coordinate is made of. */
  readonly run: Rule
}

/**
 * Usable wherever a rule read by `parseRule` is.
 *
 * @throws GAR_UNKNOWN_RULE, GAR_WRONG_PLACE where `after` is no pre-aggregator
 */
export function ownRule({ name, needs = { slope: 2, offset: 1 }, after, run }: OwnRule): Pipeline {
  const bound = atLeast(needs.slope, needs.offset)
  const own: ParsedStage = { name, text: name, row: rule({}, () => ({ bound, run })), values: {} }
  return joined([...(after?.split('>').map(parseStage) ?? []), own])
}
