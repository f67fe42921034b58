/** The pictures of a sweep: how arms learn, how far honest models are apart, and the worst that attacks do to each rule. */
import { heatmap } from '../chart/heatmap.ts'
import { lines } from '../chart/lines.ts'
import { maxSeries } from '../chart/palette.ts'
import type { Axis } from '../chart/scale.ts'
import type { Arm as Series } from '../chart/spread.ts'
import { formatSetting } from './labels.ts'
import type { RunResult } from './result.ts'
import type { Scenario } from './scenario.ts'
import { type Figure, seriesOf } from './series.ts'
import { subtitleOf } from './subtitle.ts'
import { worstCases } from './worst-case.ts'

export const pictureNames = ['accuracy', 'loss', 'spread', 'worst'] as const

export interface Picture {
  readonly name: (typeof pictureNames)[number]
  readonly svg: string
}

/** Those for which there is something to draw. The same results, the same bytes. */
export function picturesOf(scenario: Scenario, results: readonly RunResult[]): Picture[] {
  return [
    linesPicture(scenario, results, 'accuracy', 'accuracy of honest members'),
    linesPicture(scenario, results, 'loss', 'loss of honest members'),
    linesPicture(scenario, results, 'spread', 'largest distance between honest models'),
    worstPicture(scenario, results),
  ].filter((picture) => picture !== undefined)
}

interface Panel {
  readonly title: string
  readonly arms: readonly Series[]
}

/** One panel for each attack. More arms in one than can be told apart are in the tables alone. */
function linesPicture(
  scenario: Scenario,
  results: readonly RunResult[],
  figure: Figure,
  title: string,
): Picture | undefined {
  const byAttack = Map.groupBy(scenario.arms, ({ settings }) => formatSetting(settings.attack))
  const panels: Panel[] = [...byAttack].map(([attack, arms]) => ({
    title: attack === 'none' ? 'nobody attacks' : attack,
    arms: arms.flatMap((arm) => {
      const name = byAttack.size === 1 ? arm.label : withoutPart(arm.label, attack)
      return seriesOf(arm, name, results, figure) ?? []
    }),
  }))
  const drawn = panels.filter(({ arms }) => arms.length > 0 && arms.length <= maxSeries)
  if (drawn.length === 0) return undefined
  const y = yAxisOf(figure, drawn)
  const svg = lines({
    title: `${scenario.name}: ${title}`,
    subtitle: subtitleOf(scenario),
    x: { title: 'step' },
    panels: drawn.map(({ title, arms }) => (byAttack.size === 1 ? { y, arms } : { title, y, arms })),
  })
  return { name: figure, svg }
}

/** A label without the attack that stands above its panel: so one arm has one colour in all panels. */
function withoutPart(label: string, part: string): string {
  const name = label.replace(`, ${part}`, '').replace(`${part}, `, '')
  return name === part ? 'all arms' : name
}

/** Losses, and distances that differ by more than a hundredfold, are read on a log axis. */
function yAxisOf(figure: Figure, panels: readonly Panel[]): Axis {
  if (figure === 'accuracy') return { title: 'accuracy', min: 0, max: 1 }
  if (figure === 'loss') return { title: 'loss', scale: 'log' }
  const values = panels.flatMap(({ arms }) => arms.flatMap(({ seeds }) => seeds.flat()))
  const positive = values.filter((value) => value !== null && value > 0).map(Number)
  const isWide = positive.length > 0 && Math.max(...positive) > 100 * Math.min(...positive)
  return { title: 'distance', ...(isWide ? { scale: 'log' } : { min: 0 }) }
}

/** As byzfl draws it: for each rule and each number of attackers the worst accuracy over the attacks. */
function worstPicture(scenario: Scenario, results: readonly RunResult[]): Picture | undefined {
  const table = worstCases(scenario, results)
  if (table === undefined) return undefined
  const svg = heatmap({
    title: `${scenario.name}: worst accuracy over the attacks`,
    subtitle: subtitleOf(scenario),
    rows: { title: 'rule', labels: table.rows },
    columns: { title: 'attackers', labels: table.columns },
    cells: table.cells.map((row) =>
      row.map((cell) => {
        if (cell === undefined) return null
        if (cell.kind === 'refused') return { refused: cell.sentence }
        return { value: cell.accuracy, note: `worst under ${cell.attack}` }
      }),
    ),
    value: { title: 'accuracy', decimals: 3, min: 0, max: 1 },
  })
  return { name: 'worst', svg }
}
