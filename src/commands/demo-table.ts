/** The demo's live table: one line a peer. */
import type { DaemonStatus } from '../daemon/status.ts'
import type { DemoPeer } from './demo-peers.ts'
import { activity } from './progress-line.ts'

const columns = [8, 24, 12, 10, 46] as const

export function tableLines(
  peers: readonly DemoPeer[],
  statuses: readonly (DaemonStatus | undefined)[],
): string[] {
  return [
    row('peer', 'role', 'step', 'spread', 'doing'),
    ...peers.map(({ name, attack = 'honest' }, i) => {
      const status = statuses[i]
      if (status === undefined) return row(name, attack, '', '', 'starting or ended')
      const { step, swarm, model } = status
      const spread = model === undefined ? '' : (model.after ?? model.before).toPrecision(3)
      return row(name, attack, `${step}/${swarm.steps}`, spread, activity(status))
    }),
  ]
}

/** The table in one line, for outputs that cannot be rewritten. */
export function tableLine(statuses: readonly (DaemonStatus | undefined)[]): string {
  const present = statuses.filter((status) => status !== undefined)
  const steps = present.map(({ step }) => step)
  const doing = present[0] === undefined ? 'starting' : activity(present[0])
  const total = present[0]?.swarm.steps ?? 0
  return `${present.length} of ${statuses.length} peers up, steps ${Math.min(...steps, total)} to ${Math.max(...steps, 0)} of ${total} | ${doing}`
}

function row(...cells: readonly string[]): string {
  return cells.map((cell, i) => cell.slice(0, columns[i]).padEnd(columns[i] ?? 0)).join(' ')
}
