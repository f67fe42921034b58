/** One stage of a pipeline as people write it: `krum:neighbors=n-f-1,distance=euclidean`. */
import { garError } from './errors.ts'
import type { RuleRow } from './rule-row.ts'
import { rules } from './rules.ts'

/** A stage that was read. */
export interface ParsedStage {
  readonly name: string
  /** Canonical: parameters in the table's order, none at its default. */
  readonly text: string
  readonly row: RuleRow
  /** What each parameter of the row read. */
  readonly values: Readonly<Record<string, unknown>>
}

/** @throws GAR_UNKNOWN_RULE, GAR_UNKNOWN_PARAMETER, GAR_REPEATED_PARAMETER, GAR_BAD_VALUE */
export function parseStage(text: string): ParsedStage {
  const [head = '', ...tail] = text.split(':')
  const name = head.trim()
  const row = rules.get(name)
  if (row === undefined) throw garError({ code: 'GAR_UNKNOWN_RULE', name, allowed: [...rules.keys()] })
  const given = parseParameters(name, row, tail.join(':'))
  const values: Record<string, unknown> = {}
  const written: string[] = []
  for (const [parameter, reader] of Object.entries(row.parameters)) {
    const spelling = given.get(parameter) ?? reader.default
    const value = reader.read(spelling)
    if (value === undefined)
      throw garError({
        code: 'GAR_BAD_VALUE',
        rule: name,
        parameter,
        value: spelling,
        allowed: reader.allowed,
      })
    values[parameter] = value
    const canonical = reader.format(value)
    if (canonical !== reader.default) written.push(`${parameter}=${canonical}`)
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
