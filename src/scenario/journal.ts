/**
 * The journal of a sweep: one line of JSON a run, appended as runs end. It is the result file too: at the end its lines are put
 * in the order of the scenario, so that its bytes do not depend on which run ended first. No line is ever dropped but one that
 * tells the same run again: another scenario may still want what this one does not know.
 */
import { appendFile, open, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writeWhole } from '../util/write-file.ts'
import { scenarioError } from './errors.ts'
import type { RunResult } from './result.ts'

/** Changes when a line's fields or their meaning do. Lines of other formats are kept as they are, and not read. */
export const journalFormat = 4

const number = z.number().nullable()
const measurement = z.strictObject({
  loss: number,
  accuracy: number,
  leastAccuracy: number,
  spread: z.number(),
})

const contraction = z
  .strictObject({
    agreements: z.int(),
    unshrunk: z.int(),
    factor: number,
    before: z.number(),
    after: z.number(),
  })
  .nullable()

const fields = z.strictObject({
  digest: z.string(),
  arm: z.int(),
  label: z.string(),
  seed: z.int(),
  outcome: z.enum(['done', 'diverged', 'stalled', 'refused']),
  sentence: z.string().nullable(),
  standing: z.enum(['proven', 'outside-proof', 'impossible']),
  final: measurement.nullable(),
  curve: z.array(measurement.extend({ step: z.int() })),
  steps: z.int(),
  unprovenRounds: z.int(),
  fallbackRounds: z.int(),
  refusedSteps: z.int(),
  contraction: z.strictObject({ gradient: contraction, model: contraction }),
  work: z
    .strictObject({
      gradients: z.int(),
      messages: z.number(),
      bytes: z.number(),
      mostMessages: z.number(),
      mostBytes: z.number(),
    })
    .nullable(),
  virtualMs: z.number(),
  traceHash: z.string().nullable(),
}) satisfies z.ZodType<RunResult>

/** With the format that every line has, and with what is needed of the lines of any. */
const ownLine = fields.extend({ format: z.literal(journalFormat) })
const anyLine = z.looseObject({ digest: z.string(), format: z.int().optional() })

export interface JournalLine {
  readonly digest: string
  /** The line as it stands, without its end. */
  readonly text: string
  /** Undefined where another version of the program wrote it, with other fields. */
  readonly result: RunResult | undefined
}

/**
 * The lines of a journal, by digest; none where there is no file. A last line without an end was being written when the
 * sweep was interrupted: it is cut off, so that the next one starts on a line of its own.
 *
 * @throws SCENARIO_BAD_JOURNAL where another line is no result
 */
export async function readJournal(path: string): Promise<Map<string, JournalLine>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole))
  const lines = whole
    .split('\n')
    .slice(0, -1)
    .map((text, i) => parse(path, text, i + 1))
  return new Map(lines.map((line) => [line.digest, line]))
}

/** Adds a result in one write, and makes sure that it is on the disk. */
export async function appendToJournal(path: string, result: RunResult): Promise<void> {
  await appendFile(path, `${formatLine(result)}\n`, { flush: true })
}

/** Writes a journal anew, of these lines in this order. */
export async function writeJournal(path: string, lines: readonly string[]): Promise<void> {
  await writeWhole(path, lines.map((line) => `${line}\n`).join(''))
}

/** One line, without its end. */
export function formatLine(result: RunResult): string {
  return JSON.stringify({ format: journalFormat, ...result })
}

function parse(path: string, text: string, number: number): JournalLine {
  try {
    const value: unknown = JSON.parse(text)
    const { digest, format } = anyLine.parse(value)
    if (format !== journalFormat) return { digest, text, result: undefined }
    ownLine.parse(value)
    // What zod makes of it has its keys in another order, and a line is to stay the same bytes.
    const { format: _, ...result } = value as RunResult & { readonly format: number }
    return { digest, text, result }
  } catch (cause) {
    throw scenarioError({ code: 'SCENARIO_BAD_JOURNAL', path, line: number }, { cause })
  }
}

async function truncate(path: string, length: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.truncate(length)
  } finally {
    await file.close()
  }
}
