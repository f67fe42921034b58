/** Lines over steps with the spread over seeds: accuracy, loss, distances, one panel for each quantity. */
import { type Block, drawPicture, gap, type Heading, padding, paragraph } from './frame.ts'
import { legend } from './legend.ts'
import { placeNames } from './line-ends.ts'
import { checkLines } from './lines-check.ts'
import { formatValue } from './numbers.ts'
import { drawPanel, endsOf, type MeasuredArm, type Plot, plotHeights } from './panel.ts'
import { type Axis, axisTitle, type Extent, extentOf, type Scale, scaleOf } from './scale.ts'
import { type Arm, type Middle, spreadOf } from './spread.ts'
import { styleSheet } from './style.ts'
import { textWidth } from './text.ts'

export interface LinesSpec extends Heading {
  /** Of all panels. */
  readonly x: Axis
  readonly panels: readonly LinesPanel[]
  /** What the line is, where there are several seeds. The band goes from the least to the greatest. @default 'mean' */
  readonly middle?: Middle
  /** Panels side by side. @default as many as there are, at most 3; four stand two by two */
  readonly columns?: 1 | 2 | 3
}

export interface LinesPanel {
  /** Above the panel; for a single panel the title of the picture will do. */
  readonly title?: string
  readonly y: Axis
  /** An arm of the same name in another panel has the same colour. */
  readonly arms: readonly Arm[]
}

const widths = { 1: 760, 2: 960, 3: 1160 } as const
const columnGap = 28
const rowGap = 22
/** The greatest width of a name at the end of its line. */
const nameRoom = 170
const leaderRoom = 18

/**
 * An SVG of `spec`. Names stand at the ends of their lines where there is one panel in a row and all names find room, else
 * in a legend.
 *
 * @throws CHART_NO_SERIES, CHART_UNEQUAL_LENGTHS, CHART_TOO_MANY_POINTS, CHART_TOO_MANY_SERIES, CHART_REPEATED_NAME,
 * CHART_BAD_X, CHART_NOT_POSITIVE, CHART_BAD_RANGE
 */
export function lines(spec: LinesSpec): string {
  checkLines(spec)
  const names = [...new Set(spec.panels.flatMap(({ arms }) => arms.map(({ name }) => name)))]
  const columns = columnsOf(spec)
  const width = widths[columns]
  const plots = measurePlots(spec, names, columns)
  const ends = columns === 1 ? placeAllNames(plots) : undefined
  const grid = layOut(plots, columns, width, ends !== undefined)
  const rows = Array.from({ length: Math.ceil(plots.length / columns) }, (_, row): Block[] => [
    gap(row === 0 ? 18 : rowGap),
    drawRow(spec, plots.slice(row * columns, (row + 1) * columns), grid, {
      names: ends?.slice(row * columns, (row + 1) * columns),
      last: plots.length - row * columns <= columns,
    }),
  ]).flat()
  const key = ends === undefined ? [gap(12), legend(names, 'line', width - 2 * padding)] : []
  const note = noteOf(spec)
  const notes = note === undefined ? [] : [gap(12), paragraph(note, 'note', width - 2 * padding)]
  return drawPicture(spec, width, styleSheet('series'), summaryOf(spec, plots), [...key, ...rows, ...notes])
}

function columnsOf({ columns, panels }: LinesSpec): 1 | 2 | 3 {
  const usual = panels.length === 4 ? 2 : panels.length
  const wanted = Math.min(columns ?? usual, panels.length)
  return wanted <= 1 ? 1 : wanted === 2 ? 2 : 3
}

function measurePlots(spec: LinesSpec, names: readonly string[], columns: 1 | 2 | 3): Plot[] {
  const arms = spec.panels.flatMap((panel) => panel.arms)
  const extent = fromZero(
    extentOf(
      arms.flatMap((arm) => [...arm.x, ...(arm.marks ?? []).map((mark) => mark.x)]),
      spec.x,
    ),
    spec.x,
  )
  const x = scaleOf(spec.x, extent, 'snug', columns === 1 ? 8 : 6)
  const height = plotHeights[spec.panels.length === 1 ? 'single' : 'several']
  return spec.panels.map((panel) => {
    const measured: MeasuredArm[] = panel.arms.map((arm) => ({
      arm,
      series: names.indexOf(arm.name),
      runs: spreadOf(arm, spec.middle ?? 'mean'),
    }))
    const drawn = measured.flatMap(({ runs }) => runs.flat().flatMap(({ low, high }) => [low, high]))
    return { panel, arms: measured, x, y: scaleOf(panel.y, extentOf(drawn, panel.y), 'loose'), height }
  })
}

/** Steps are counted from 1, and an axis of steps is read from 0. */
function fromZero(extent: Extent | undefined, axis: Axis): Extent | undefined {
  const nearly = extent !== undefined && extent.min > 0 && extent.min <= extent.max * 0.05
  return nearly && axis.scale !== 'log' ? { min: 0, max: extent.max } : extent
}

/** For each panel the heights of its names; undefined where one of them finds no room, and a legend tells more. */
function placeAllNames(plots: readonly Plot[]): (readonly number[])[] | undefined {
  const placed = plots.map((plot) => {
    const ends = endsOf(plot)
    return ends === undefined ? undefined : placeNames(ends, 6, plot.height)
  })
  return placed.every((names) => names !== undefined) ? placed : undefined
}

interface Grid {
  /** From the left edge of a panel to that of its plot, and likewise on the right. */
  readonly left: number
  readonly right: number
  readonly panelWidth: number
}

function layOut(plots: readonly Plot[], columns: number, width: number, named: boolean): Grid {
  const widest = (texts: readonly string[], kind: 'tick' | 'label') =>
    Math.max(0, ...texts.map((text) => textWidth(text, kind)))
  const tickTexts = (scale: Scale) => scale.ticks.map(({ text }) => text)
  const left =
    widest(
      plots.flatMap(({ y }) => tickTexts(y)),
      'tick',
    ) + 9
  const half =
    widest(
      plots.flatMap(({ x }) => tickTexts(x)),
      'tick',
    ) / 2
  const names = plots.flatMap(({ arms }) => arms.map(({ arm }) => arm.name))
  const right = named ? Math.min(widest(names, 'label') + 1, nameRoom) + leaderRoom : half
  return {
    left,
    right: Math.max(right, half, 6),
    panelWidth: (width - 2 * padding - (columns - 1) * columnGap) / columns,
  }
}

interface RowOptions {
  readonly names: readonly (readonly number[])[] | undefined
  /** The last row has the title of the x axis, and so has a panel with none below it. */
  readonly last: boolean
}

function drawRow(spec: LinesSpec, plots: readonly Plot[], grid: Grid, { names, last }: RowOptions): Block {
  const panels = plots.map((plot, column) =>
    drawPanel(plot, {
      left: padding + column * (grid.panelWidth + columnGap) + grid.left,
      width: grid.panelWidth - grid.left - grid.right,
      titleLeft: padding + column * (grid.panelWidth + columnGap),
      titleRoom: grid.panelWidth,
      xTitle: last ? axisTitle(spec.x) : undefined,
      names: names?.[column],
      nameRoom,
    }),
  )
  return {
    height: Math.max(...panels.map(({ height }) => height)),
    draw: (top) => panels.map((panel) => panel.draw(top)).join('\n'),
  }
}

function noteOf(spec: LinesSpec): string | undefined {
  const counts = spec.panels.flatMap(({ arms }) => arms.map(({ seeds }) => seeds.length))
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  if (most === 1) return undefined
  const seeds = least === most ? `${most} seeds` : `${least} to ${most} seeds`
  return `Line: ${spec.middle ?? 'mean'} over ${seeds}. Band: from the least to the greatest of them.`
}

function summaryOf(spec: LinesSpec, plots: readonly Plot[]): string {
  const sentences = plots.map(({ panel, arms }) => {
    const ends = arms.map(({ arm, runs }) => {
      const last = runs.at(-1)?.at(-1)
      if (last === undefined) return `${arm.name} has no values`
      const marks = (arm.marks ?? []).map(({ x, text }) => `, ${text} at ${formatValue(x)}`).join('')
      const spread = arm.seeds.length > 1 ? ` (${formatValue(last.low)} to ${formatValue(last.high)})` : ''
      return `${arm.name} ends at ${formatValue(last.middle)}${spread}${marks}`
    })
    return `${axisTitle(panel.y)} over ${axisTitle(spec.x)}: ${ends.join('; ')}.`
  })
  return sentences.join(' ')
}
