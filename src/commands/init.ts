/** `medoid init`: writes a commented swarm file and the founder's key. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { daemonError } from '../daemon/errors.ts'
import { keyPath, makeStateDirectory } from '../daemon/state-directory.ts'
import { checkFounder, checkSettings, describeSwarm, planOf, protocolOf } from '../daemon/swarm-file.ts'
import { formatSwarmFile } from '../daemon/swarm-template.ts'
import { readOrCreateIdentity } from '../peer/identity.ts'
import { swarmIdOf } from '../peer/swarm-document.ts'
import { writeWhole } from '../util/write-file.ts'
import { commandError } from './errors.ts'

export interface InitFlags {
  /** Where to write the swarm file. */
  readonly file: string
  /** The founder's state directory. */
  readonly data: string
  /** `n=7`, `training.steps=200`: settings that differ from the defaults. */
  readonly set: readonly string[]
}

/** Never overwrites anything: SWARM_FILE_EXISTS. A key that is there already is used. */
export async function init({ file, data, set }: InitFlags, print: (line: string) => void): Promise<void> {
  // Four peers with one liar are the smallest swarm that withstands any, and they need every honest peer in time.
  const settings = checkSettings(nested(['synchrony.late=0', ...set]))
  if (await exists(file)) throw daemonError({ code: 'SWARM_FILE_EXISTS', path: file })
  await makeStateDirectory(data)
  const { peer } = await readOrCreateIdentity(keyPath(data))
  checkFounder(settings, peer)
  await writeWhole(file, formatSwarmFile(settings))
  print(`swarm file   ${file}`)
  print(
    `key          ${join(data, 'identity.key')} (whoever has it is this peer: back it up, show it to nobody)`,
  )
  print(`founder      ${peer}`)
  print(`swarm id     ${swarmIdOf({ description: describeSwarm(settings), founder: peer })}`)
  const { standing, sentence } = protocolOf(settings).assess(planOf(settings))
  print(`${standing === 'proven' ? 'proof       ' : 'no proof    '} ${sentence}`)
  print(`next         medoid up --swarm ${file}`)
}

type Section = Record<string, unknown>

/** Nested settings from dotted ones. Values are read as in the file: `late=0` is a number, `peers=[a, b]` a list. */
function nested(assignments: readonly string[]): Section {
  // Without a prototype a section has the names that it was given, and no others: `__proto__` is one like any other.
  const section = (): Section => Object.create(null)
  const settings = section()
  for (const text of assignments) {
    const at = text.indexOf('=')
    const names = text.slice(0, at).split('.')
    const last = names.pop()
    if (at < 1 || !last)
      throw commandError({ code: 'COMMAND_BAD_OPTION', option: '--set', value: text, allowed: 'as in n=7' })
    let inner = settings
    for (const name of names) {
      if (!isSection(inner[name])) inner[name] = section()
      inner = inner[name] as Section
    }
    inner[last] = parse(text.slice(at + 1))
  }
  return settings
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
