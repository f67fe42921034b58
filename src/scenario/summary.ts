/** What a sweep showed: one row an arm, over its seeds; as data, as CSV and as a table for people. */
import type { MeasuredContraction } from './contraction-tally.ts'
import type { CurvePoint, Outcome, RunResult } from './result.ts'
import type { Arm, Scenario } from './scenario.ts'
import type { Work } from './work-log.ts'

/** Over the seeds of an arm. */
export interface Range {
  readonly mean: number
  readonly least: number
  readonly most: number
}

const phases = ['gradient', 'model'] as const

export interface ArmSummary {
  readonly arm: number
  readonly label: string
  readonly runs: number
  /** How the runs ended, and how many each way. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  readonly standing: RunResult['standing']
  /** Why a run did not take all its steps: of the first such. */
  readonly sentence: string | null
  /** At the end; null unless every seed got there. */
  readonly accuracy: Range | null
  readonly loss: Range | null
  /** Largest distance between two honest models. */
  readonly spread: Range | null
  /** Steps that were taken, by the seed that took fewest. */
  readonly steps: number
  readonly unprovenRounds: number
  readonly fallbackRounds: number
  readonly refusedSteps: number
  /** Counts over the seeds, means of the rest; null unless every seed got there. */
  readonly contraction: Readonly<Record<(typeof phases)[number], MeasuredContraction | null>>
  /** Means over the seeds, of each up to its end; null where one was refused. */
  readonly work: Work | null
  readonly virtualMs: number | null
}

/** One row for each arm that has results, in the order of the scenario. */
export function summarise({ arms }: Scenario, results: readonly RunResult[]): ArmSummary[] {
  return arms.flatMap((arm) => {
    const own = results.filter((result) => result.arm === arm.number)
    return own.length === 0 ? [] : [summaryOf(arm, own)]
  })
}

function summaryOf({ number, label }: Arm, results: readonly RunResult[]): ArmSummary {
  const outcomes: Partial<Record<Outcome, number>> = {}
  for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  const over = (figure: 'accuracy' | 'loss' | 'spread') =>
    rangeOf(results.map(({ final }) => final?.[figure] ?? null))
  const sum = (figure: 'unprovenRounds' | 'fallbackRounds' | 'refusedSteps') =>
    results.reduce((total, result) => total + result[figure], 0)
  return {
    arm: number,
    label,
    runs: results.length,
    outcomes,
    standing: results[0]?.standing ?? 'impossible',
    sentence: results.find(({ sentence }) => sentence !== null)?.sentence ?? null,
    accuracy: over('accuracy'),
    loss: over('loss'),
    spread: over('spread'),
    steps: Math.min(...results.map(({ steps }) => steps)),
    unprovenRounds: sum('unprovenRounds'),
    fallbackRounds: sum('fallbackRounds'),
    refusedSteps: sum('refusedSteps'),
    contraction: { gradient: contractionOf(results, 'gradient'), model: contractionOf(results, 'model') },
    work: workOf(results),
    virtualMs:
      rangeOf(results.map(({ virtualMs, work }) => (work === null ? null : virtualMs)))?.mean ?? null,
  }
}

function contractionOf(
  results: readonly RunResult[],
  phase: (typeof phases)[number],
): MeasuredContraction | null {
  const each = results.flatMap(({ contraction }) => contraction[phase] ?? [])
  if (each.length < results.length) return null
  const total = (of: (one: MeasuredContraction) => number) => each.reduce((sum, one) => sum + of(one), 0)
  const agreements = total((one) => one.agreements)
  return {
    agreements,
    unshrunk: total(({ unshrunk }) => unshrunk),
    factor: agreements === 0 ? null : total((one) => one.agreements * (one.factor ?? 0)) / agreements,
    before: total(({ before }) => before) / each.length,
    after: total(({ after }) => after) / each.length,
  }
}

function workOf(results: readonly RunResult[]): Work | null {
  const mean = (figure: keyof Work) => rangeOf(results.map(({ work }) => work?.[figure] ?? null))?.mean
  const [gradients, messages, bytes] = [mean('gradients'), mean('messages'), mean('bytes')]
  const [mostMessages, mostBytes] = [mean('mostMessages'), mean('mostBytes')]
  if (gradients === undefined || messages === undefined || bytes === undefined) return null
  return { gradients, messages, bytes, mostMessages: mostMessages ?? 0, mostBytes: mostBytes ?? 0 }
}

/** Null where one value is missing: the mean of the others would be one of the survivors. */
function rangeOf(values: readonly (number | null)[]): Range | null {
  const present = values.filter((value) => value !== null)
  if (present.length === 0 || present.length < values.length) return null
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length
  return { mean, least: Math.min(...present), most: Math.max(...present) }
}

const contractionFigures = ['agreements', 'unshrunk', 'factor', 'before', 'after'] as const

/** One row an arm. */
export function summaryCsv(summaries: readonly ArmSummary[]): string {
  const ranged = ['accuracy', 'loss', 'spread'] as const
  const head = [
    'arm',
    'label',
    'standing',
    'runs',
    'done',
    'diverged',
    'stalled',
    'refused',
    ...ranged.flatMap((figure) => [figure, `${figure}_least`, `${figure}_most`]),
    'steps',
    'unproven_rounds',
    'fallback_rounds',
    'refused_steps',
    ...phases.flatMap((phase) => contractionFigures.map((figure) => `${phase}_${figure}`)),
    'gradients',
    'messages_a_member',
    'bytes_a_member',
    'most_messages',
    'most_bytes',
    'virtual_ms',
    'sentence',
  ]
  const rows = summaries.map((row) => [
    row.arm,
    row.label,
    row.standing,
    row.runs,
    ...(['done', 'diverged', 'stalled', 'refused'] as const).map((outcome) => row.outcomes[outcome] ?? 0),
    ...ranged.flatMap((figure) => {
      const range = row[figure]
      return [range?.mean ?? null, range?.least ?? null, range?.most ?? null]
    }),
    row.steps,
    row.unprovenRounds,
    row.fallbackRounds,
    row.refusedSteps,
    ...phases.flatMap((phase) =>
      contractionFigures.map((figure) => row.contraction[phase]?.[figure] ?? null),
    ),
    row.work?.gradients ?? null,
    row.work?.messages ?? null,
    row.work?.bytes ?? null,
    row.work?.mostMessages ?? null,
    row.work?.mostBytes ?? null,
    row.virtualMs,
    row.sentence,
  ])
  return csv([head, ...rows])
}

/** One row a measurement. */
export function curvesCsv(results: readonly RunResult[]): string {
  const head = ['arm', 'label', 'seed', 'step', 'accuracy', 'least_accuracy', 'loss', 'spread']
  const rows = results.flatMap(({ arm, label, seed, curve }) =>
    curve.map(({ step, accuracy, leastAccuracy, loss, spread }: CurvePoint) => [
      arm,
      label,
      seed,
      step,
      accuracy,
      leastAccuracy,
      loss,
      spread,
    ]),
  )
  return csv([head, ...rows])
}

/** RFC 4180, with line feeds. What is absent is empty. */
function csv(rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null) => {
    const text = value === null ? '' : String(value)
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('')
}
