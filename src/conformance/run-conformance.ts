/** Runs every case of a folder: what published implementations compute, against what is computed here. */
import type { Combiner } from './combiner.ts'
import { caseFilesIn, readCases } from './read-cases.ts'
import { type CaseResult, runCase } from './run-case.ts'

export interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** The results in the order of files and cases. @throws CONFORMANCE_NO_CASES, _UNREADABLE, _BAD_CASE */
export async function* runConformance(
  directory: string,
  combiner: Combiner,
): AsyncGenerator<CaseResult, void, undefined> {
  for (const file of await caseFilesIn(directory))
    for (const one of await readCases(directory, file)) yield await runCase(one, combiner)
}

export function countsOf(results: readonly CaseResult[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  for (const { outcome } of results) counts[outcome]++
  return counts
}
