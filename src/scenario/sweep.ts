/** From lists where one value could stand to all combinations of single values. */
import { scenarioError } from './errors.ts'

/** A mapping of settings, not yet checked. */
export type Section = Readonly<Record<string, unknown>>

/** Lists by nature, which may be empty. */
const plainLists = new Set(['network.partitions', 'slow', 'crashes'])

/** A list of these is no sweep either: seeds repeat an arm and make none. */
const lists = new Set(['seed', ...plainLists])

/** True for mappings; false for rules and attacks of one's own, which are objects too. */
export function isSection(value: unknown): value is Section {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !('aggregate' in value || 'misbehave' in value)
}

/** `above` laid over `below`: sections are merged, anything else is replaced. */
export function merged(below: Section, above: Section): Section {
  const overlaid = Object.entries(above).map(([name, value]) => {
    const under = Object.hasOwn(below, name) ? below[name] : undefined
    return [name, isSection(under) && isSection(value) ? merged(under, value) : value] as const
  })
  return Object.fromEntries([...Object.entries(below), ...overlaid])
}

/**
 * All combinations, in the order in which the lists are written; the last list varies fastest.
 *
 * @throws SCENARIO_BAD_VALUE where a list is empty
 */
export function combinationsOf(settings: Section, prefix = ''): Section[] {
  return Object.entries(settings).reduce<Section[]>(
    (combinations, [name, value]) => {
      const values = valuesOf(prefix + name, value)
      return combinations.flatMap((combination) => values.map((one) => ({ ...combination, [name]: one })))
    },
    [{}],
  )
}

function valuesOf(path: string, value: unknown): readonly unknown[] {
  if (isSection(value)) return combinationsOf(value, `${path}.`)
  if (!Array.isArray(value)) return [value]
  if (value.length === 0 && !plainLists.has(path)) {
    const allowed = 'one value or a list of them'
    throw scenarioError({ code: 'SCENARIO_BAD_VALUE', field: path, value: '[]', allowed })
  }
  return lists.has(path) ? [value] : value
}
