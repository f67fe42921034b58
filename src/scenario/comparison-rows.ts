/** Which arms of a comparison stand in one row, and what the row is called. */
import { protocolOf } from './check-arm.ts'
import { differing, formatSetting, numbered, partOf, settingAt, settingPaths } from './labels.ts'
import type { Arm } from './scenario.ts'
import type { ArmSettings } from './scenario-schema.ts'

export interface SystemArms {
  /** Unlike that of any other row: the label, or the protocol with its rule, and what else rows differ in. */
  readonly system: string
  readonly settings: ArmSettings
  /** At most one for each attack. */
  readonly arms: readonly Arm[]
}

/** What columns and tables are for. */
const elsewhere = new Set(['attack', 'f'])

/** Said by the label itself. */
const unsaid = new Set([...elsewhere, 'label'])

/** `arms`, with one f, as rows: of those in a row nothing differs but the attack, and every arm is in one. */
export function systemRows(arms: readonly Arm[]): SystemArms[] {
  const rows = [...Map.groupBy(arms, sameness).values()].flatMap(split)
  const names = namesOf(rows.map(({ settings }) => settings))
  return rows.map((row, i) => ({ ...row, system: names[i] as string }))
}

export function attackOf({ settings }: Arm): string {
  return formatSetting(settings.attack)
}

function sameness({ seeds, settings }: Arm): string {
  const paths = settingPaths().filter((path) => !elsewhere.has(path) && path !== 'seed')
  return JSON.stringify([seeds, ...paths.map((path) => settingAt(settings, path))])
}

/** Two arms with one attack stand in two rows, however alike they are. */
function split(arms: readonly Arm[]): Omit<SystemArms, 'system'>[] {
  const byAttack = [...Map.groupBy(arms, attackOf).values()]
  const [first = []] = byAttack.toSorted((a, b) => b.length - a.length)
  return first.map(({ settings }, i) => ({ settings, arms: byAttack.flatMap((own) => own[i] ?? []) }))
}

function namesOf(rows: readonly ArmSettings[]): string[] {
  const names = rows.map((row) => {
    const title = titleOf(row)
    const alike = rows.filter((other) => titleOf(other) === title)
    const parts = differing(alike, unsaid).filter((path) => isUsed(row, path))
    return [title, ...parts.map((path) => partOf(row, path))].join(', ')
  })
  return numbered(names)
}

function titleOf(settings: ArmSettings): string {
  if (settings.label !== '') return settings.label
  const { agreement } = settings
  const [rule] = protocolOf(settings).rules
  return rule === undefined ? agreement.protocol : `${agreement.protocol}, ${formatSetting(agreement[rule])}`
}

/** False of a rule that the protocol does not use. */
function isUsed(settings: ArmSettings, path: string): boolean {
  if (path !== 'agreement.rule' && path !== 'agreement.modelRule') return true
  return protocolOf(settings).rules.some((rule) => path === `agreement.${rule}`)
}
