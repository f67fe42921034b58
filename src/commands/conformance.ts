/** `medoid conformance`: what published implementations compute, case by case, against what is computed here. */
import type { Combiner, CombinerOptions } from '../conformance/combiner.ts'
import { combinerOf } from '../conformance/combiner.ts'
import type { CaseResult } from '../conformance/run-case.ts'
import { countsOf, runConformance } from '../conformance/run-conformance.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { Screen } from './screen.ts'

export interface ConformanceFlags extends CombinerOptions {
  readonly json: boolean
}

export interface ConformanceContext {
  readonly screen: Screen
  readonly signal: AbortSignal
}

/** A run that is over sooner needs no line that says how it gets on. */
const quietMs = 2000

/** @throws CONFORMANCE_* */
export async function conformance(
  directory: string,
  { json, ...options }: ConformanceFlags,
  { screen, signal }: ConformanceContext,
): Promise<ExitCode> {
  const combiner = combinerOf(options)
  try {
    const results = await allResults(directory, combiner, { screen, signal })
    for (const line of json ? asJson(results) : asText(results, combiner)) screen.print(line)
    return countsOf(results).failed === 0 ? exitCodes.ok : exitCodes.failed
  } finally {
    await combiner.close()
  }
}

async function allResults(directory: string, combiner: Combiner, { screen, signal }: ConformanceContext) {
  const results: CaseResult[] = []
  const loud = Date.now() + quietMs
  for await (const result of runConformance(directory, combiner)) {
    signal.throwIfAborted()
    results.push(result)
    if (Date.now() > loud) screen.show([`${result.file}: ${results.length} cases so far`])
  }
  screen.show([])
  return results
}

function asJson(results: readonly CaseResult[]): string[] {
  // JSON has no word for what is not finite: the files of cases write it as a string, so do we.
  const spell = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
  return [...results, countsOf(results)].map((one) => JSON.stringify(one, spell))
}

function asText(results: readonly CaseResult[], { name }: Combiner): string[] {
  const { passed, failed, skipped } = countsOf(results)
  return [
    ...results.filter(({ outcome }) => outcome === 'failed').flatMap(failureLines),
    ...skipLines(results),
    `on ${name}`,
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ]
}

function failureLines({ id, file, conformance, ours, expected, reason }: CaseResult): string[] {
  const values =
    ours === undefined
      ? [`  ours      none: ${reason}`, `  expected  ${beginning(expected)}`]
      : [`  ours      ${beginning(ours)}`, `  expected  ${beginning(expected)}`, ...farthest(ours, expected)]
  return [`failed: ${id} in ${file}, ${conformance}`, ...values]
}

/** How many numbers of a vector are shown. */
const shown = 6

function beginning(value: unknown): string {
  const numbers = flat(value)
  const more = numbers.length > shown ? `, ... (${numbers.length} numbers)` : ''
  return `${numbers.slice(0, shown).join(', ')}${more}`
}

/** Where in a long answer to look. */
function farthest(ours: unknown, expected: unknown): string[] {
  const [a, b] = [flat(ours), flat(expected)]
  if (a.length <= shown || a.length !== b.length) return []
  const apart = a.map((x, k) => Math.abs(x - (b[k] ?? 0)))
  const most = apart.indexOf(Math.max(...apart))
  return most < 0 ? [] : [`  farthest  number ${most}: ours ${a[most]}, expected ${b[most]}`]
}

function flat(value: unknown): number[] {
  return Array.isArray(value) ? value.flatMap(flat) : [Number(value)]
}

/** Skips by reason, the most frequent first. */
function skipLines(results: readonly CaseResult[]): string[] {
  const byReason = Map.groupBy(
    results.filter(({ outcome }) => outcome === 'skipped'),
    ({ reason }) => reason,
  )
  return [...byReason]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([reason, cases]) => {
      const files = [...new Set(cases.map(({ file }) => file))].join(', ')
      return `skipped: ${cases.length} in ${files}: ${reason}`
    })
}
