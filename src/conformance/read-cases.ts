/** Reads a folder of cases: every *.json in it, by name, each an array of cases. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Case, caseSchema, withVectors } from './case.ts'
import { conformanceError } from './errors.ts'

/** A file is read as a whole, so it is not read where it is larger. */
const maxFileBytes = 256 * 1024 * 1024

const fileSchema = z.array(z.unknown())
const inputSchema = z.object({ input: caseSchema.shape.input.unwrap() })

export interface CaseFile {
  readonly file: string
  readonly cases: readonly Case[]
}

/** @throws CONFORMANCE_NO_CASES */
export async function caseFilesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((): string[] => [])
  const files = names.filter((name) => name.endsWith('.json')).sort()
  if (files.length === 0) throw conformanceError({ code: 'CONFORMANCE_NO_CASES', directory })
  return files
}

/** @throws CONFORMANCE_UNREADABLE, CONFORMANCE_BAD_CASE */
export async function readCases(directory: string, file: string): Promise<Case[]> {
  const parsed = parse(file, fileSchema, await readJson(directory, file))
  const inputs = new Map<string, number[][]>()
  const cases: Case[] = []
  for (const [i, raw] of parsed.entries()) {
    const one = parse(file, caseSchema, raw, nameOf(raw, i))
    cases.push(withVectors(file, one, one.input ?? (await referred(directory, one.inputRef, inputs))))
  }
  return cases
}

async function referred(directory: string, path: string | undefined, inputs: Map<string, number[][]>) {
  if (path === undefined) return []
  const known = inputs.get(path)
  if (known !== undefined) return known
  const { input } = parse(path, inputSchema, await readJson(directory, path))
  inputs.set(path, input)
  return input
}

async function readJson(directory: string, file: string): Promise<unknown> {
  const path = join(directory, file)
  try {
    const { size } = await stat(path)
    if (size > maxFileBytes) throw new RangeError(`it has ${size} bytes, more than ${maxFileBytes}`)
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw conformanceError({ code: 'CONFORMANCE_UNREADABLE', file, reason }, { cause: error })
  }
}

function parse<T>(file: string, schema: z.ZodType<T>, value: unknown, id?: string): T {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  const reason = issue?.message ?? 'is not what it should be'
  if (id === undefined) throw conformanceError({ code: 'CONFORMANCE_UNREADABLE', file, reason })
  const field = issue?.path.join('.') ?? ''
  throw conformanceError({ code: 'CONFORMANCE_BAD_CASE', file, id, field, reason })
}

function nameOf(raw: unknown, position: number): string {
  const named = z.object({ id: z.string() }).safeParse(raw)
  return named.success ? named.data.id : `number ${position}`
}
