/** A comparison as pictures: what is left under each attack, what each system sends, and how long it takes. */
import { bars } from '../chart/bars.ts'
import { dots } from '../chart/dots.ts'
import { heatmap } from '../chart/heatmap.ts'
import type { HeatmapCell } from '../chart/heatmap-cell.ts'
import type { ComparedSystem, ComparisonCell, ComparisonPoint } from './comparison.ts'
import type { Scenario } from './scenario.ts'
import { subtitleOf } from './subtitle.ts'

const megabyte = 1e6

export interface ComparisonPicture {
  /** `accuracy-f1`, `error-f1`, `traffic-f1`, `time-f1`. */
  readonly name: string
  readonly svg: string
}

/** Those for which there is something to draw. The same results, the same bytes. */
export function comparisonPictures(
  scenario: Scenario,
  points: readonly ComparisonPoint[],
): ComparisonPicture[] {
  return points.flatMap((point) => [
    ...accuracyPicture(scenario, point),
    ...errorPicture(scenario, point),
    ...trafficPicture(scenario, point),
    ...timePicture(scenario, point),
  ])
}

function accuracyPicture(
  scenario: Scenario,
  { f, attacks, systems }: ComparisonPoint,
): readonly ComparisonPicture[] {
  const cells = systems.map((system) => system.cells.map(accuracyIn))
  const isMeasured = cells.flat().some((cell) => typeof cell === 'number')
  if (!isMeasured) return []
  const svg = heatmap({
    title: `${scenario.name}: accuracy, f = ${f}`,
    subtitle: withStar(scenario, systems),
    rows: { title: 'system', labels: systems.map(starred) },
    columns: { title: 'attack', labels: attacks },
    cells,
    value: { title: 'accuracy', decimals: 3, min: 0, max: 1 },
  })
  return [{ name: `accuracy-f${f}`, svg }]
}

function starred({ system, standing }: Pick<ComparedSystem, 'system' | 'standing'>): string {
  return standing === 'outside-proof' ? `${system} *` : system
}

function withStar(scenario: Scenario, systems: readonly ComparedSystem[]): string {
  const isNeeded = systems.some(({ standing }) => standing === 'outside-proof')
  return `${subtitleOf(scenario)}${isNeeded ? ' * outside the proof' : ''}`
}

function accuracyIn(cell: ComparisonCell | undefined): HeatmapCell {
  if (cell === undefined || (cell.kind === 'done' && cell.accuracy === null)) return null
  if (cell.kind === 'refused') return { refused: cell.sentence }
  if (cell.kind === 'lost') return { value: 0, text: cell.outcome }
  return cell.accuracy ?? 0
}

/**
 * The share of test images that is classified wrongly, on a log axis: there both what a robust rule costs and what an attack
 * ruins can be seen.
 */
function errorPicture(
  scenario: Scenario,
  { f, attacks, systems }: ComparisonPoint,
): readonly ComparisonPicture[] {
  const calm = attacks.indexOf('none')
  const others = attacks.flatMap((attack, column) => (column === calm ? [] : [{ attack, column }]))
  if (calm < 0 || others.length === 0) return []
  const rows = systems.map(({ cells, ...system }) => ({
    label: starred(system),
    reference: errorIn(cells[calm]),
    values: others.map(({ column }) => errorIn(cells[column])),
    notes: others.map(({ column }) => {
      const cell = cells[column]
      return cell?.kind === 'lost' ? cell.outcome : ''
    }),
  }))
  if (rows.flatMap(({ reference, values }) => [reference, ...values]).every((one) => one === null)) return []
  const svg = dots({
    title: `${scenario.name}: test error, f = ${f}`,
    subtitle: withStar(scenario, systems),
    value: { title: 'share classified wrongly', scale: 'log' },
    reference: 'nobody attacks',
    series: others.map(({ attack }) => attack),
    rows,
  })
  return [{ name: `error-f${f}`, svg }]
}

/** Null where there is no accuracy, and of what classifies all: that has no place on a log axis. */
function errorIn(cell: ComparisonCell | undefined): number | null {
  if (cell?.kind === 'lost') return 1
  if (cell?.kind !== 'done' || cell.accuracy === null || cell.accuracy >= 1) return null
  return 1 - cell.accuracy
}

function trafficPicture(scenario: Scenario, { f, systems }: ComparisonPoint): readonly ComparisonPicture[] {
  const groups = systems.flatMap(({ system, cost }) => {
    const { work, steps } = cost?.summary ?? { work: null, steps: 0 }
    if (work === null || work.bytes === 0) return []
    const taken = Math.max(1, steps)
    return [{ label: system, values: [work.bytes / taken / megabyte, work.mostBytes / taken / megabyte] }]
  })
  if (groups.length === 0) return []
  const svg = bars({
    title: `${scenario.name}: bytes sent a step, f = ${f}`,
    subtitle: subtitleOf(scenario),
    value: { title: 'MB a step', ...(isWide(groups.flatMap(({ values }) => values)) && { scale: 'log' }) },
    series: ['an honest member, on average', 'the one that sends most'],
    groups,
  })
  return [{ name: `traffic-f${f}`, svg }]
}

function timePicture(
  scenario: Scenario,
  { f, systems, links }: ComparisonPoint,
): readonly ComparisonPicture[] {
  const groups = systems.flatMap(({ system, cost }) => {
    const { virtualMs, steps } = cost?.summary ?? { virtualMs: null, steps: 0 }
    return virtualMs === null || virtualMs === 0
      ? []
      : [{ label: system, values: [virtualMs / Math.max(1, steps)] }]
  })
  if (groups.length === 0) return []
  const network = links === undefined ? '' : ` Under ${links}.`
  const svg = bars({
    title: `${scenario.name}: virtual time a step, f = ${f}`,
    subtitle: `${subtitleOf(scenario)}${network}`,
    value: { title: 'ms a step', ...(isWide(groups.flatMap(({ values }) => values)) && { scale: 'log' }) },
    series: ['ms'],
    groups,
  })
  return [{ name: `time-f${f}`, svg }]
}

/** Lengths say how much only from 0, and there nothing is seen of what is a hundredth. */
function isWide(values: readonly number[]): boolean {
  return Math.max(...values) > 100 * Math.min(...values)
}
