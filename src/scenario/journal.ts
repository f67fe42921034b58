/**
 * The journal of a sweep: one line of JSON a run, appended as runs end. It is the result file too: at the end it is written
 * anew in the order of the scenario, so that its bytes do not depend on which run ended first.
 */
import { appendFile, open, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writeWhole } from '../util/write-file.ts'
import { scenarioError } from './errors.ts'
import type { RunResult } from './result.ts'

const number = z.number().nullable()
const measurement = z.strictObject({
  loss: number,
  accuracy: number,
  leastAccuracy: number,
  spread: z.number(),
})

const line = z.strictObject({
  digest: z.string(),
  arm: z.int(),
  label: z.string(),
  seed: z.int(),
  outcome: z.enum(['done', 'diverged', 'stalled', 'refused']),
  sentence: z.string().nullable(),
  standing: z.enum(['proven', 'outside-proof', 'impossible']),
  final: measurement.nullable(),
  curve: z.array(measurement.extend({ step: z.int() })),
  unprovenRounds: z.int(),
  fallbackRounds: z.int(),
  refusedSteps: z.int(),
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

/**
 * The results in a journal, by digest; of none where there is no file. A last line without an end was being written when the
 * sweep was interrupted: it is cut off, so that the next one starts on a line of its own.
 *
 * @throws SCENARIO_BAD_JOURNAL where another line is no result
 */
export async function readJournal(path: string): Promise<Map<string, RunResult>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole))
  const results = whole
    .split('\n')
    .slice(0, -1)
    .map((text, i) => parse(path, text, i + 1))
  return new Map(results.map((result) => [result.digest, result]))
}

/** Adds a result in one write, and makes sure that it is on the disk. */
export async function appendToJournal(path: string, result: RunResult): Promise<void> {
  await appendFile(path, formatLine(result), { flush: true })
}

/** Writes all results in this order. */
export async function writeJournal(path: string, results: readonly RunResult[]): Promise<void> {
  await writeWhole(path, results.map(formatLine).join(''))
}

export function formatLine(result: RunResult): string {
  return `${JSON.stringify(result)}\n`
}

function parse(path: string, text: string, number: number): RunResult {
  try {
    const value: unknown = JSON.parse(text)
    // What zod makes of it has its keys in another order, and a line is to stay the same bytes.
    line.parse(value)
    return value as RunResult
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
