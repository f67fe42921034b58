/** What `medoid compare` prints at the end, and writes as Markdown: a table for each number of liars, one row a system. */
import {
  type ComparedSystem,
  type ComparisonCell,
  type ComparisonPoint,
  usualAttack,
} from '../scenario/comparison.ts'
import { formatBytes } from '../util/format-bytes.ts'
import { columns } from './columns.ts'

/** For the screen. */
export function comparisonLines(points: readonly ComparisonPoint[]): string[] {
  return points.flatMap((point) => [
    `f = ${point.f}`,
    ...columns([headOf(point), ...point.systems.map(rowOf)]).map((line) => `  ${line}`),
    ...[`virtual time: ${linksOf(point)}`, ...notesOf(point), ...refusalsOf(point)].map(
      (line) => `  ${line}`,
    ),
    '',
  ])
}

/** For a document: with what is not proven of the systems that ran all the same. */
export function comparisonMarkdown(points: readonly ComparisonPoint[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`
  const list = (items: readonly string[]) =>
    items.length === 0 ? [] : ['', ...items.map((item) => `- ${item}`)]
  const tables = points.map((point) => {
    const head = headOf(point)
    const rows = point.systems.map(rowOf)
    return [
      `### f = ${point.f}`,
      '',
      `Virtual time: ${linksOf(point)}.`,
      '',
      line(head),
      line(head.map(() => '---')),
      ...rows.map(line),
      ...list([...notesOf(point), ...refusalsOf(point)]),
      ...list(reasonsOf(point)),
      '',
    ].join('\n')
  })
  return `${tables.join('\n')}`
}

/** A bar would end the cell. */
function plain(cell: string): string {
  return cell.replaceAll('|', '\\|')
}

function headOf({ attacks }: ComparisonPoint): string[] {
  const names = attacks.map((attack) => (attack === 'none' ? 'nobody attacks' : attack))
  return [
    'system',
    'members',
    'standing',
    ...names,
    'steps',
    'gradients',
    ...perMember,
    'virtual time',
    'honest spread',
  ]
}

const perMember = ['messages a member', 'bytes a member', 'by the busiest']

function linksOf({ links }: ComparisonPoint): string {
  return links ?? 'under the network that the system names, or else the one of the scenario'
}

function rowOf(row: ComparedSystem): string[] {
  const { system, n, members, cells } = row
  const cast = members === n ? `${n}` : `${n} + ${members - n}`
  return [system, cast, standingOf(row), ...cells.map(cellText), ...costsOf(row)]
}

function standingOf({ standing, unprovenRounds, fallbackRounds }: ComparedSystem): string {
  if (standing === 'refused') return standing
  const rounds = [
    ...(standing === 'proven' && unprovenRounds > 0 ? [`but for ${unprovenRounds} rounds`] : []),
    ...(fallbackRounds > 0 ? [`${fallbackRounds} rounds by trimmed mean instead`] : []),
  ]
  return [standing === 'proven' ? 'proven' : 'outside the proof', ...rounds].join(', ')
}

function cellText(cell: ComparisonCell | undefined): string {
  if (cell === undefined) return ''
  if (cell.kind === 'refused') return 'refused'
  if (cell.kind === 'lost') return lostText(cell)
  if (cell.accuracy !== null) return cell.accuracy.toFixed(3)
  return cell.loss === null ? 'lost' : `loss ${brief(cell.loss)}`
}

/** The step is the one that was not taken. */
function lostText({ outcome, lost, runs, steps }: Extract<ComparisonCell, { kind: 'lost' }>): string {
  return runs === 1 ? `${outcome} at ${steps + 1}` : `${lost} of ${runs} ${outcome}`
}

const uncosted = { work: null, virtualMs: null, spread: null, steps: 0 } as const

function costsOf({ steps, cost }: ComparedSystem): string[] {
  const { work, virtualMs, spread, steps: taken } = cost?.summary ?? uncosted
  if (work === null) return ['0', '', '', '', '', '', '']
  return [
    taken === steps ? `${steps}` : `${taken} of ${steps}`,
    `${Math.round(work.gradients)}`,
    `${Math.round(work.messages)}`,
    formatBytes(work.bytes),
    formatBytes(work.mostBytes),
    virtualMs === null ? '' : `${brief(virtualMs / 1000)} s`,
    spread === null ? '' : brief(spread.mean),
  ]
}

/** What a figure hides: steps that changed nothing, and costs that are not those of the usual arm. */
function notesOf({ attacks, systems }: ComparisonPoint): string[] {
  return systems.flatMap(({ system, cells, cost, steps }) => {
    const refused = cells.flatMap((cell, i) =>
      cell?.kind === 'done' && cell.refusedSteps > 0
        ? [
            `${system}, ${underAttack(attacks[i])}: ${brief(cell.refusedSteps)} of ${steps} steps refused, the model left as it was`,
          ]
        : [],
    )
    const isUsual = cost === undefined || cost.attack === usualAttack(attacks)
    return [
      ...refused,
      ...(isUsual ? [] : [`${system}: steps and costs are those ${underAttack(cost.attack)}`]),
    ]
  })
}

function underAttack(attack: string | undefined): string {
  return attack === 'none' ? 'nobody attacking' : `under ${attack}`
}

/** One line for each different reason. */
function refusalsOf({ systems }: ComparisonPoint): string[] {
  return systems.flatMap(({ system, cells }) => {
    const sentences = cells.flatMap((cell) => (cell?.kind === 'refused' ? [cell.sentence] : []))
    return [...new Set(sentences)].map((sentence) => `${system}: refused: ${sentence}`)
  })
}

function reasonsOf({ systems }: ComparisonPoint): string[] {
  return systems.flatMap(({ system, standing, reason }) =>
    standing === 'outside-proof' && reason !== null ? [`${system}: outside the proof: ${reason}`] : [],
  )
}

function brief(value: number): string {
  return Number(value.toPrecision(3)).toString()
}
