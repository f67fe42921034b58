/**
 * Writes the tables of docs/SETTINGS.md from the code that they describe: `npx node scripts/settings.ts`. What stands between
 * them is written by hand. test/docs.test.ts fails while the page differs from what this would write.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { protocolTable } from '../src/agreement/protocol-table.ts'
import { attackTable } from '../src/attack/attack-table.ts'
import { settingRows } from '../src/daemon/swarm-schema.ts'
import { scenarioRows } from '../src/scenario/scenario-schema.ts'
import type { Parameters } from '../src/util/parameter.ts'
import type { SettingRow } from '../src/util/settings-table.ts'
import { type Command, readUsage } from './usage.ts'

const settingsPath = fileURLToPath(new URL('../docs/SETTINGS.md', import.meta.url))

/** The page with every table as the code has it now. */
export function renewed(page: string, usage: readonly Command[]): string {
  const tables = {
    swarm: settingsTable(settingRows()),
    scenario: settingsTable(scenarioRows()),
    protocols: protocolsTable(),
    attacks: attacksTable(),
    commands: commandsText(usage),
  }
  return Object.entries(tables).reduce(
    (text, [name, table]) => between(text, `<!-- ${name}: generated -->`, `<!-- ${name}: end -->`, table),
    page,
  )
}

function between(text: string, start: string, end: string, content: string): string {
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/SETTINGS.md has no ${start} before ${end}`)
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`
}

function settingsTable(settings: readonly SettingRow[]): string {
  const rows = settings.map(({ path, about, allowed, fallback }) =>
    allowed === undefined
      ? [`**\`${path}\`**`, about, '', '']
      : [`\`${path}\``, about, allowed, `\`${JSON.stringify(fallback)}\``],
  )
  return table(['setting', 'meaning', 'allowed', 'default'], rows)
}

function attacksTable(): string {
  const rows = Object.entries(attackTable).map(([name, { about, parameters }]) => [
    `\`${name}\``,
    about,
    parametersText(parameters),
  ])
  return table(['attack', 'what it does', 'parameters, their defaults and what is allowed'], rows)
}

function protocolsTable(): string {
  const rows = Object.entries(protocolTable).map(([name, { about, parameters }]) => [
    `[\`${name}\`](protocols/${name}.md)`,
    about,
    parametersText(parameters),
  ])
  return table(
    ['protocol', 'how members learn together', 'parameters, their defaults and what is allowed'],
    rows,
  )
}

function parametersText(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([parameter, { default: byDefault, allowed }]) => `\`${parameter}=${byDefault}\` (${allowed})`)
    .join(', ')
}

function commandsText(commands: readonly Command[]): string {
  return commands
    .map(({ usage, about, options }) => {
      const rows = options.map(({ flags, about }) => [`\`${flags}\``, about])
      return `### \`medoid ${usage}\`\n\n${about}\n\n${table(['option', 'meaning'], rows)}`
    })
    .join('\n\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeFile(settingsPath, renewed(await readFile(settingsPath, 'utf8'), await readUsage()))
