/** What the command line offers, as `medoid --help` prints it: for docs/SETTINGS.md and the test that holds the docs to it. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export interface Option {
  /** `--data <dir>` */
  readonly flags: string
  /** `--data` */
  readonly name: string
  readonly about: string
}

export interface Command {
  /** Empty for `medoid` itself. */
  readonly name: string
  readonly about: string
  /** `init [options] <file>` */
  readonly usage: string
  readonly options: readonly Option[]
}

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const run = promisify(execFile)

/** Every command with its options, `medoid` itself first; `help` is left out, commander brings it. */
export async function readUsage(): Promise<readonly Command[]> {
  const program = await helpOf('')
  const names = termsIn(program, 'Commands').map(({ term }) => term.split(' ', 1).join())
  const commands = await Promise.all(
    names.filter((name) => name !== 'help').map(async (name) => commandIn(name, await helpOf(name))),
  )
  return [commandIn('', program), ...commands]
}

async function helpOf(command: string): Promise<string> {
  const { stdout } = await run(process.execPath, [cli, ...(command === '' ? [] : [command]), '--help'])
  return stdout
}

function commandIn(name: string, help: string): Command {
  const [usage = '', about = ''] = help.split(/\n\s*\n/)
  return {
    name,
    about: about.replaceAll('\n', ' '),
    usage: usage.replace('Usage: medoid ', ''),
    options: termsIn(help, 'Options').map(({ term, about }) => ({
      flags: term,
      name: /--[\w-]+/.exec(term)?.[0] ?? term,
      // What is off, or empty, unless it is given has no default worth a word.
      about: about.replace(/ \(default: (?:\[\]|false)\)/, ''),
    })),
  }
}

/** The rows of one section of a help text: a term, two spaces or more, and what it means, perhaps over several lines. */
function termsIn(help: string, section: string): { readonly term: string; readonly about: string }[] {
  const [, body = ''] = help.split(`\n${section}:\n`)
  const [rows = ''] = body.split(/\n\s*\n/)
  const joined = rows.trimEnd().replace(/\n {4,}/g, ' ')
  return joined.split('\n').map((row) => {
    const [term = '', ...about] = row.trim().split(/ {2,}/)
    return { term, about: about.join(' ') }
  })
}
