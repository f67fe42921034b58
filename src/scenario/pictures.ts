/** The pictures of a sweep: how arms learn, how far honest models are apart, and the worst that attacks do to each rule. */
import { type HeatmapSpec, heatmap } from '../chart/heatmap.ts'
import { type LinesPanel, lines } from '../chart/lines.ts'
import { maxSeries } from '../chart/palette.ts'
import type { Arm as Series } from '../chart/spread.ts'
import { formatSetting } from './labels.ts'
import type { RunResult } from './result.ts'
import type { Arm, Scenario } from './scenario.ts'
import { worstCases } from './worst-case.ts'

export interface Picture {
  readonly name: 'accuracy' | 'loss' | 'spread' | 'worst'
  readonly svg: string
}

/** Those for which there is something to draw. The same results, the same bytes. */
export function picturesOf(scenario: Scenario, results: readonly RunResult[]): Picture[] {
  return [
    linesPicture(scenario, results, 'accuracy', 'Accuracy of honest members'),
    linesPicture(scenario, results, 'loss', 'Loss of honest members'),
    linesPicture(scenario, results, 'spread', 'Largest distance between honest models'),
    worstPicture(scenario, results),
  ].filter((picture) => picture !== undefined)
}

type Figure = 'accuracy' | 'loss' | 'spread'

const yAxes = {
  accuracy: { title: 'accuracy', min: 0, max: 1 },
  loss: { title: 'loss', scale: 'log' },
  spread: { title: 'distance', min: 0 },
} as const

/** One panel for each attack, where there are several. */
function linesPicture(
  scenario: Scenario,
  results: readonly RunResult[],
  figure: Figure,
  title: string,
): Picture | undefined {
  const groups = Map.groupBy(scenario.arms, ({ settings }) => formatSetting(settings.attack))
  const panels: LinesPanel[] = [...groups].flatMap(([attack, arms]) => {
    const series = arms.flatMap(
      (arm) => seriesOf(arm, nameIn(arm, attack, groups.size), results, figure) ?? [],
    )
    if (series.length === 0 || series.length > maxSeries) return []
    const heading = attack === 'none' ? 'nobody attacks' : attack
    return [{ ...(groups.size > 1 ? { title: heading } : {}), y: yAxes[figure], arms: series }]
  })
  if (panels.length === 0) return undefined
  const subtitle = subtitleOf(scenario)
  return {
    name: figure,
    svg: lines({ title: `${scenario.name}: ${title.toLowerCase()}`, subtitle, x: { title: 'step' }, panels }),
  }
}

/** The label without the attack, which stands above the panel; arms of one name in several panels have one colour. */
function nameIn({ label }: Arm, attack: string, panels: number): string {
  if (panels < 2) return label
  const parts = label.split(', ')
  const without = label === attack ? '' : label.replace(`, ${attack}`, '').replace(`${attack}, `, '')
  return without === '' ? (parts[0] ?? label) : without
}

function seriesOf(arm: Arm, name: string, results: readonly RunResult[], figure: Figure): Series | undefined {
  const own = results.filter(({ arm: number, outcome }) => number === arm.number && outcome !== 'refused')
  const steps = [...new Set(own.flatMap(({ curve }) => curve.map(({ step }) => step)))].sort((a, b) => a - b)
  const last = arm.settings.training.steps
  if (own.some(({ final }) => final !== null) && !steps.includes(last)) steps.push(last)
  const valueAt = (result: RunResult, step: number) => {
    if (step === last && result.final !== null) return result.final[figure]
    return result.curve.find((point) => point.step === step)?.[figure] ?? null
  }
  const positive = (value: number | null) =>
    figure === 'loss' && value !== null && value <= 0 ? null : value
  const seeds = own.map((result) => steps.map((step) => positive(valueAt(result, step))))
  if (!seeds.some((values) => values.some((value) => value !== null))) return undefined
  const ended = own.filter(({ outcome }) => outcome === 'diverged' || outcome === 'stalled')
  const marks = ended.flatMap(({ curve, outcome }) =>
    curve.at(-1) === undefined ? [] : [{ x: curve.at(-1)?.step ?? 0, text: outcome }],
  )
  return { name, x: steps, seeds, ...(marks.length === 0 ? {} : { marks: marks.slice(0, 1) }) }
}

/** What all arms share, for who sees the picture alone. */
function subtitleOf({ about, arms }: Scenario): string {
  const [first] = arms
  if (first === undefined) return about
  const { n, f, model, task, training } = first.settings
  const same = (value: (arm: Arm) => unknown) => new Set(arms.map(value)).size === 1
  const facts = [
    task.data === 'quadratic' ? 'quadratic' : `${task.data}, ${model}`,
    ...(same(({ settings }) => settings.n) ? [`n = ${n}`] : []),
    ...(same(({ settings }) => settings.f) ? [`f = ${f}`] : []),
    ...(task.data !== 'quadratic' && same(({ settings }) => settings.task.split)
      ? [
          task.split === 'dirichlet' && same((arm) => arm.settings.task.alpha)
            ? `Dirichlet ${task.alpha}`
            : task.split,
        ]
      : []),
    `batch ${training.batch}, momentum ${training.momentum}`,
  ].join(', ')
  return about === '' ? facts : `${about} ${facts}.`
}

/** As byzfl draws it: for each rule and each number of attackers the worst accuracy over the attacks. */
function worstPicture(scenario: Scenario, results: readonly RunResult[]): Picture | undefined {
  const table = worstCases(scenario, results)
  if (table === undefined) return undefined
  const { rows, columns, cells } = table
  const spec: HeatmapSpec = {
    title: `${scenario.name}: worst accuracy over the attacks`,
    subtitle: subtitleOf(scenario),
    rows: { title: 'rule', labels: rows },
    columns: { title: 'attackers', labels: columns },
    cells: cells.map((row) =>
      row.map((cell) => {
        if (cell === undefined) return null
        if (cell.kind === 'refused') return { refused: cell.sentence }
        return { value: cell.accuracy, note: `worst under ${cell.attack}` }
      }),
    ),
    value: { title: 'accuracy', decimals: 3, min: 0, max: 1 },
  }
  return { name: 'worst', svg: heatmap(spec) }
}
