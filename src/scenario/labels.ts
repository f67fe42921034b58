/** What arms are called: after the settings in which they differ. */
import { valueAt } from '../util/settings-table.ts'
import { type ArmSettings, scenarioRows } from './scenario-schema.ts'

/** Settings that say by their value what they are. */
const obvious = new Set(['agreement.rule', 'attack', 'model', 'task.split', 'agreement.protocol'])

/** What is said first; the rest follows in the order of the table. */
const first = ['agreement.protocol', 'agreement.rule', 'agreement.modelRule', 'attack']

/** Settings that tell nobody what an arm is about. */
const silent = new Set(['seed', 'label', 'outsideProof'])

/** A label for each arm, unlike any other. A label that was written stands first, or alone where it is the only one such. */
export function labelsOf(arms: readonly ArmSettings[]): string[] {
  const labels = arms.map((arm) => {
    const alike = arm.label === '' ? arms : arms.filter(({ label }) => label === arm.label)
    const parts = differing(alike, silent).map((path) => partOf(arm, path))
    if (arm.label === '' && parts.length === 0) return partOf(arm, 'agreement.rule')
    return [arm.label, ...parts].filter((part) => part !== '').join(', ')
  })
  return numbered(labels)
}

/** Each unlike any other. */
export function numbered(labels: readonly string[]): string[] {
  return labels.map((label, i) => {
    const before = labels.slice(0, i).filter((other) => other === label).length
    return before === 0 ? label : `${label} (${before + 1})`
  })
}

/** What a setting is, for people: rules and attacks by their text. */
export function formatSetting(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'text' in value) return String(value.text)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Paths of all settings, what is said first before the rest. */
export function settingPaths(): string[] {
  const leaves = scenarioRows().flatMap(({ path, allowed }) => (allowed === undefined ? [] : [path]))
  return [...new Set([...first, ...leaves])]
}

/** Paths of the settings in which `arms` differ, but for those of `unsaid`. */
export function differing(arms: readonly ArmSettings[], unsaid: ReadonlySet<string>): string[] {
  return settingPaths()
    .filter((path) => !unsaid.has(path))
    .filter((path) => new Set(arms.map((arm) => settingAt(arm, path))).size > 1)
}

/** A setting as labels say it: `median`, `modelRule=median`. */
export function partOf(arm: ArmSettings, path: string): string {
  const value = settingAt(arm, path)
  return obvious.has(path) ? value : `${path.split('.').at(-1)}=${value}`
}

export function settingAt(arm: ArmSettings, path: string): string {
  return formatSetting(valueAt(arm, path.split('.')))
}
