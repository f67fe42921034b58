/** From lists where one value could stand to all combinations of single values. */
import { scenarioError } from './errors.ts'

/** A mapping of settings, not yet checked. */
export type Section = Readonly<Record<string, unknown>>

/** Settings that are lists by nature: a list of them is no sweep. */
const lists = new Set(['network.partitions'])

/** True for mappings; false for rules and attacks of one's own, which are objects too. */
export function isSection(value: unknown): value is Section {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !('aggregate' in value || 'misbehave' in value)
}

/** `above` laid over `below`: sections are merged, anything else is replaced. */
export function merged(below: Section, above: Section): Section {
  const result: Record<string, unknown> = { ...below }
  for (const [name, value] of Object.entries(above)) {
    const under = result[name]
    result[name] = isSection(under) && isSection(value) ? merged(under, value) : value
  }
  return result
}

/**
 * All combinations, in the order in which the lists are written; the last list varies fastest. `seed` stays as it is: seeds
 * repeat an arm, and make none.
 *
 * @throws SCENARIO_BAD_VALUE where a list is empty
 */
export function combinationsOf(settings: Section): Section[] {
  return Object.entries(settings).reduce<Section[]>(
    (combinations, [name, value]) => {
      const values = name === 'seed' ? [value] : valuesOf(name, value)
      return combinations.flatMap((combination) => values.map((one) => ({ ...combination, [name]: one })))
    },
    [{}],
  )
}

function valuesOf(path: string, value: unknown): readonly unknown[] {
  if (isSection(value)) {
    const inner = Object.entries(value)
    return inner.reduce<Section[]>(
      (combinations, [name, value]) => {
        const values = valuesOf(`${path}.${name}`, value)
        return combinations.flatMap((combination) => values.map((one) => ({ ...combination, [name]: one })))
      },
      [{}],
    )
  }
  if (!Array.isArray(value) || lists.has(path)) return [value]
  if (value.length > 0) return value
  throw scenarioError({
    code: 'SCENARIO_BAD_VALUE',
    field: path,
    value: '[]',
    allowed: 'one value or a list of them',
  })
}
