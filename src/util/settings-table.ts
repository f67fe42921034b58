/**
 * Tables of settings: type, bounds, default and meaning of each, written once. What a file may say, what an error names,
 * and the documentation follow from the table.
 */
import { z } from 'zod'

/** What may be written, in words: `a whole number from 1 to 256`. Of every schema that is no section. */
const allowedTexts = z.registry<{ readonly allowed: string }>()

/** What a setting or a section means, in a sentence or two. Of every field. */
const meanings = z.registry<{ readonly about: string }>()

export function allow<S extends z.ZodType>(allowed: string, schema: S): S {
  allowedTexts.add(schema, { allowed })
  return schema
}

export function means<S extends z.ZodType>(about: string, schema: S): S {
  meanings.add(schema, { about })
  return schema
}

export const whole = (min: number, max: number) =>
  allow(`a whole number from ${min} to ${max}`, z.int().min(min).max(max))
export const between = (min: number, max: number) =>
  allow(`a number from ${min} to ${max}`, z.number().min(min).max(max))
export const above = (min: number, max: number) =>
  allow(`a number above ${min}, at most ${max}`, z.number().gt(min).max(max))
export const oneOf = <const V extends readonly [string, ...string[]]>(...values: V) =>
  allow(values.join(' or '), z.enum(values))
export const text = (allowed: string, pattern: RegExp) => allow(allowed, z.string().regex(pattern))

/** One row of a table, in the order of the table. */
export interface SettingRow {
  /** Dotted: `synchrony.deadlineMs`. */
  readonly path: string
  readonly about: string
  /** Absent for a section. */
  readonly allowed?: string
  /** What it is where the file does not say; absent for a section. */
  readonly fallback?: unknown
}

/** The table as data. */
export function rowsOf(schema: z.ZodObject, prefix = ''): SettingRow[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const path = prefix + name
    const about = noteOf(meanings, field as z.ZodType, path).about
    const inner = unwrap(field as z.ZodType)
    if (inner instanceof z.ZodObject) return [{ path, about }, ...rowsOf(inner, `${path}.`)]
    const { allowed } = noteOf(allowedTexts, inner, path)
    return [{ path, about, allowed, fallback: (field as z.ZodType).parse(undefined) }]
  })
}

/** The first thing that is wrong with a value that a table describes. */
export type Complaint =
  | { readonly kind: 'unknown field'; readonly field: string; readonly known: readonly string[] }
  /** `field` is empty where the whole is no mapping; `value` is JSON. */
  | {
      readonly kind: 'bad value'
      readonly field: string
      readonly value: string
      readonly allowed: string
    }

export function complaintOf(error: z.ZodError, value: unknown, schema: z.ZodObject): Complaint {
  // A name that is misspelt makes two issues where the right one has no default: this says what to do about both.
  const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0]
  const path = issue?.path ?? []
  const fields = path.map(String)
  if (issue?.code === 'unrecognized_keys') {
    const field = [...fields, issue.keys[0] ?? ''].join('.')
    return { kind: 'unknown field', field, known: namesIn(schemaAt(schema, path)) }
  }
  return {
    kind: 'bad value',
    field: fields.join('.'),
    value: JSON.stringify(valueAt(value, path)) ?? 'absent',
    allowed: allowedAt(schema, path),
  }
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )
}

/** What is allowed at `path`, by the innermost schema on the way there that says so: inside a list that is its element's. */
function allowedAt(schema: z.ZodType, path: readonly PropertyKey[]): string {
  const outward = path.map((_, i) => schemaAt(schema, path.slice(0, path.length - i)))
  for (const inner of outward) {
    const allowed = inner && allowedTexts.get(inner)?.allowed
    if (allowed !== undefined) return allowed
  }
  return 'a mapping of settings'
}

/** Undefined where the schemas do not lead there: in a value that is no section and no list. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((outer, key) => {
    const inner = outer && innerOf(outer, key)
    return inner && unwrap(inner)
  }, unwrap(schema))
}

function innerOf(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)]
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType
  return undefined
}

function namesIn(section: z.ZodType | undefined): string[] {
  return section instanceof z.ZodObject ? Object.keys(section.shape) : []
}

function unwrap(schema: z.ZodType): z.ZodType {
  const isWrapped =
    schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional
  return isWrapped ? (schema.unwrap() as z.ZodType) : schema
}

function noteOf<M extends object>(registry: z.core.$ZodRegistry<M>, schema: z.ZodType, path: string): M {
  const note = registry.get(schema) as M | undefined
  if (note === undefined) throw new Error(`the table says nothing of ${path}`)
  return note
}
