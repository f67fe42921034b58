import { formatSetting } from './labels.ts'
import type { Scenario } from './scenario.ts'
import type { ArmSettings } from './scenario-schema.ts'

/** What all arms have in common, for who sees a picture alone. */
export function subtitleOf({ about, arms }: Scenario): string {
  const facts: ((settings: ArmSettings) => string)[] = [
    ({ task, model }) => (task.data === 'quadratic' ? 'quadratic loss' : `${task.data}, ${model}`),
    ({ n }) => `n = ${n}`,
    ({ f }) => `f = ${f}`,
    ({ attack }) => (attack === 'none' ? 'nobody attacks' : `attack ${formatSetting(attack)}`),
    splitOf,
    ({ task, training }) => (task.data === 'quadratic' ? '' : `batch ${training.batch}`),
    ({ training }) => `momentum ${training.momentum}`,
  ]
  const shared = facts.flatMap((fact) => {
    const [first, ...others] = new Set(arms.map(({ settings }) => fact(settings)))
    return others.length === 0 && first !== undefined && first !== '' ? [first] : []
  })
  return [about, `${shared.join(', ')}.`].filter((part) => part !== '').join(' ')
}

function splitOf({ task }: ArmSettings): string {
  if (task.data === 'quadratic') return ''
  return task.split === 'dirichlet' ? `Dirichlet ${task.alpha}` : task.split
}
