/** The commented swarm file that `medoid init` writes: every setting with its meaning, what is allowed, and its value. */
import { stringify } from 'yaml'
import { type SwarmSettings, settingRows } from './swarm-schema.ts'

const width = 100

/** A YAML file that reads back as `settings`. */
export function formatSwarmFile(settings: SwarmSettings): string {
  const lines = [
    '# A swarm of medoid. The founder starts it with: medoid up --swarm <this file>',
    '# Changing anything here makes another swarm, with another id.',
  ]
  for (const { path, about, allowed } of settingRows()) {
    const names = path.split('.')
    const indent = '  '.repeat(names.length - 1)
    const value = allowed === undefined ? '' : ` ${stringify(valueAt(settings, names), flow).trimEnd()}`
    const note = allowed === undefined ? about : `${about} (${allowed})`
    lines.push('', ...wrap(note, width - indent.length).map((line) => `${indent}# ${line}`))
    lines.push(`${indent}${names.at(-1)}:${value}`)
  }
  return `${lines.join('\n')}\n`
}

const flow = { collectionStyle: 'flow', lineWidth: 0 } as const

function valueAt(settings: object, names: readonly string[]): unknown {
  return names.reduce<unknown>((inner, name) => Reflect.get(inner as object, name), settings)
}

function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
