/** One case: an input, and what a published implementation made of it. The fields are described in test/vectors/README.md. */
import { z } from 'zod'
import { conformanceError } from './errors.ts'

const maxText = 200
const number = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)])
const vector = z.array(number).min(1)
const rows = z.array(vector).min(1)
const whole = z.int().min(0).max(1_000_000_000)

export const caseSchema = z.object({
  id: z.string().min(1).max(maxText),
  rule: z.string().min(1).max(maxText),
  params: z.record(z.string(), z.unknown()).default({}),
  /** Of attacks: honest vectors alone. */
  n: whole.optional(),
  d: whole.optional(),
  f: whole.nullish().transform((f) => f ?? undefined),
  input: rows.optional(),
  /** A file beside the cases whose `input` is meant. */
  inputRef: z
    .string()
    .max(maxText)
    .regex(/^\w[\w-]*(?:\/\w[\w-]*)*\.json$/, 'is no path of a JSON file below the cases')
    .optional(),
  expected: z.union([vector, rows]).optional(),
  conformance: z.enum(['canonical', 'variant', 'informational']).optional(),
  tol: z.number().positive().optional(),
  accept: rows.optional(),
  acceptPerCoord: rows.optional(),
  acceptPerRow: z.array(rows).min(1).optional(),
  /** Of `alie-z` alone: a table. */
  rows: z
    .array(z.object({ n: whole, f: whole, z: z.number() }))
    .min(1)
    .optional(),
})

export type ParsedCase = z.infer<typeof caseSchema>

/** A case with its input at hand. */
export interface Case extends ParsedCase {
  readonly file: string
  /** [n][d]; empty where the case has none. */
  readonly vectors: readonly Float32Array[]
}

/**
 * Puts the input where it belongs, and holds it to what the case says of it: n rows of d float32.
 *
 * @throws CONFORMANCE_BAD_CASE
 */
export function withVectors(file: string, parsed: ParsedCase, input: readonly (readonly number[])[]): Case {
  const bad = (field: string, reason: string) =>
    conformanceError({ code: 'CONFORMANCE_BAD_CASE', file, id: parsed.id, field, reason })
  const { n, d } = parsed
  if (input.length > 0 && input.length !== n) throw bad('n', `is ${n}, and there are ${input.length} rows`)
  for (const [i, row] of input.entries()) {
    if (row.length !== d) throw bad(`input.${i}`, `has ${row.length} numbers, and d is ${d}`)
    const wide = row.findIndex((x) => !Object.is(Math.fround(x), x))
    if (wide >= 0) throw bad(`input.${i}.${wide}`, `${row[wide]} is no float32`)
  }
  // A table of z says in its rows what is expected.
  const expected = parsed.expected ?? parsed.rows?.map(({ z }) => z)
  return { ...parsed, expected, file, vectors: input.map((row) => Float32Array.from(row)) }
}

/** A field of `params`, checked. @throws CONFORMANCE_BAD_CASE */
export function parameterOf<T>(one: Case, name: string, schema: z.ZodType<T>): T {
  const read = schema.safeParse(one.params[name])
  if (read.success) return read.data
  const { file, id } = one
  const reason = read.error.issues[0]?.message ?? 'is not what it should be'
  throw conformanceError({ code: 'CONFORMANCE_BAD_CASE', file, id, field: `params.${name}`, reason })
}
