/** What a journal tells of a scenario: it may hold runs of other seeds, of former versions of the scenario, of other scenarios. */
import type { JournalLine } from './journal.ts'
import type { RunResult } from './result.ts'
import { type Run, runOf } from './runs.ts'
import type { Scenario } from './scenario.ts'

export interface Told {
  /** Of this scenario's arms, with whatever seeds; in the order of the scenario, its own seeds first. */
  readonly results: readonly RunResult[]
  /** Lines that no arm of this scenario stands for, as they are in the journal. */
  readonly others: readonly JournalLine[]
}

/** @param source as for `runsOf` */
export function toldOf({ arms }: Scenario, source: string, journal: ReadonlyMap<string, JournalLine>): Told {
  const seedsTold = [...journal.values()].flatMap(({ result }) => (result === undefined ? [] : [result.seed]))
  const seeds = [...new Set(seedsTold)].sort((a, b) => a - b)
  const others = new Map(journal)
  const results = arms.flatMap((arm) =>
    [...new Set([...arm.seeds, ...seeds])].flatMap((seed) => {
      const run = runOf(arm, seed, source)
      const result = journal.get(run.digest)?.result
      if (result === undefined) return []
      others.delete(run.digest)
      return [placed(run, result)]
    }),
  )
  return { results, others: [...others.values()] }
}

/** A result in its place: arms may have been numbered and named otherwise when it came about. */
export function placed(
  { digest, arm, seed }: Run,
  result: Omit<RunResult, 'digest' | 'arm' | 'label' | 'seed'>,
): RunResult {
  // In this order, so that a line is the same whether it was read or made.
  const { outcome, sentence, standing, final, curve } = result
  const { steps, unprovenRounds, fallbackRounds, refusedSteps, contraction } = result
  const { work, virtualMs, traceHash } = result
  return {
    digest,
    arm: arm.number,
    label: arm.label,
    seed,
    outcome,
    sentence,
    standing,
    final,
    curve,
    steps,
    unprovenRounds,
    fallbackRounds,
    refusedSteps,
    contraction,
    work,
    virtualMs,
    traceHash,
  }
}
