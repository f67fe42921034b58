/** What `medoid simulate` prints at the end: one row an arm. */
import type { MeasuredContraction } from '../scenario/contraction-tally.ts'
import type { ArmSummary, Range } from '../scenario/summary.ts'
import { columns } from './columns.ts'

const left = ['left of gradients', 'left of models'] as const

/** Rows under a head, as wide as their widest cells. */
export function tableOf(summaries: readonly ArmSummary[]): string[] {
  const head = [
    'arm',
    '',
    'accuracy',
    'over seeds',
    'loss',
    'honest spread',
    ...left,
    'steps',
    'unproven',
    '',
  ]
  const rows = summaries.map((row) => [
    `${row.arm}`,
    row.label,
    row.accuracy?.mean.toFixed(4) ?? '',
    seedsOf(row),
    digits(row.loss),
    digits(row.spread),
    leftOf(row.contraction.gradient),
    leftOf(row.contraction.model),
    `${row.steps}`,
    row.standing === 'proven' && row.unprovenRounds > 0 ? `${row.unprovenRounds} rounds` : '',
    notesOf(row),
  ])
  return columns([head, ...rows])
}

function seedsOf({ accuracy, loss, runs }: ArmSummary): string {
  if (runs < 2) return ''
  if (accuracy !== null) return `${accuracy.least.toFixed(4)} to ${accuracy.most.toFixed(4)}`
  return loss === null ? '' : `loss ${loss.least.toPrecision(3)} to ${loss.most.toPrecision(3)}`
}

/** Of the honest spread by one agreement, on average, and how many left all of it. */
function leftOf(contraction: MeasuredContraction | null): string {
  if (contraction === null || contraction.factor === null) return ''
  const { factor, unshrunk, agreements } = contraction
  const share = `${Number((100 * factor).toPrecision(2))} %`
  return unshrunk === 0 ? share : `${share}, ${unshrunk} of ${agreements} not shrunk`
}

function digits(range: Range | null): string {
  return range === null ? '' : Number(range.mean.toPrecision(3)).toString()
}

/** What is out of the ordinary: other ends than the last step, and no proof. */
function notesOf({ outcomes, standing, sentence, runs, fallbackRounds, refusedSteps }: ArmSummary): string {
  const others = (['diverged', 'stalled', 'refused'] as const).flatMap((outcome) => {
    const count = outcomes[outcome] ?? 0
    return count === 0 ? [] : [count === runs ? outcome : `${count} ${outcome}`]
  })
  const notes = [
    ...others,
    ...(standing === 'outside-proof' && outcomes.refused === undefined ? ['outside the proof'] : []),
    ...(refusedSteps === 0 ? [] : [`${refusedSteps} steps refused`]),
    ...(fallbackRounds === 0 ? [] : [`${fallbackRounds} rounds by trimmed mean instead`]),
  ]
  return [notes.join(', '), ...(outcomes.refused === undefined ? [] : [sentence ?? ''])].join(': ').trim()
}
