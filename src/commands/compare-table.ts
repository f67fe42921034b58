/** What `medoid compare` prints at the end, and writes as Markdown: a table for each number of liars, one row a system. */
import type { ComparedSystem, ComparisonCell, ComparisonPoint } from '../scenario/comparison.ts'
import { columns } from './columns.ts'

/** For the screen. */
export function comparisonLines(points: readonly ComparisonPoint[]): string[] {
  return points.flatMap((point) => [
    `f = ${point.f}`,
    ...columns([headOf(point), ...point.systems.map(rowOf)]).map((line) => `  ${line}`),
    ...refusalsOf(point).map((line) => `  ${line}`),
    '',
  ])
}

/** For a document. */
export function comparisonMarkdown(points: readonly ComparisonPoint[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const tables = points.map((point) => {
    const head = headOf(point)
    const rows = point.systems.map(rowOf)
    const refusals = refusalsOf(point).map((refusal) => `- ${refusal}`)
    return [
      `### f = ${point.f}`,
      '',
      line(head),
      line(head.map(() => '---')),
      ...rows.map(line),
      ...(refusals.length === 0 ? [] : ['', ...refusals]),
      '',
    ].join('\n')
  })
  return `${tables.join('\n')}`
}

function headOf({ attacks }: ComparisonPoint): string[] {
  const names = attacks.map((attack) => (attack === 'none' ? 'nobody attacks' : attack))
  return ['system', 'members', ...names, 'steps', 'gradients', ...perMember, 'virtual time', 'honest spread']
}

const perMember = ['messages a member', 'bytes a member', 'by the busiest']

function rowOf({ system, n, members, cells, steps, cost }: ComparedSystem): string[] {
  const { work, virtualMs, spread } = cost ?? {}
  const cast = members === n ? `${n}` : `${n} + ${members - n}`
  const costs =
    work === undefined || work === null
      ? ['', '', '', '', '', '']
      : [
          `${Math.round(work.gradients)}`,
          `${Math.round(work.messages)}`,
          bytes(work.bytes),
          bytes(work.mostBytes),
          seconds(virtualMs ?? null),
          spread === undefined || spread === null ? '' : brief(spread.mean),
        ]
  return [system, cast, ...cells.map(cellText), `${steps}`, ...costs]
}

function cellText(cell: ComparisonCell | undefined): string {
  if (cell === undefined) return ''
  if (cell.kind === 'refused') return 'refused'
  if (cell.kind === 'lost') return cell.outcome
  if (cell.accuracy !== null) return cell.accuracy.toFixed(3)
  return cell.loss === null ? 'lost' : `loss ${brief(cell.loss)}`
}

/** One line for each different reason. */
function refusalsOf({ systems }: ComparisonPoint): string[] {
  return systems.flatMap(({ system, cells }) => {
    const sentences = cells.flatMap((cell) => (cell?.kind === 'refused' ? [cell.sentence] : []))
    return [...new Set(sentences)].map((sentence) => `${system}: ${sentence}`)
  })
}

function brief(value: number): string {
  return Number(value.toPrecision(3)).toString()
}

function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3))
  return `${Number((value / 1000 ** power).toPrecision(3))} ${units[power]}`
}

function seconds(ms: number | null): string {
  return ms === null ? '' : `${Number((ms / 1000).toPrecision(3))} s`
}
