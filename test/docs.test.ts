/** The documents say what the code does: no code, option, setting, folder or file is left out, and none is made up. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { renewed } from '../scripts/settings.ts'
import { readUsage } from '../scripts/usage.ts'
import { splitAttacks } from '../src/attack/attack-list.ts'
import { parseAttack } from '../src/attack/attacks.ts'
import { exitCodeOf, exitCodes } from '../src/commands/exit-codes.ts'
import { parseRule } from '../src/gar/pipeline.ts'
import { faultKinds } from '../src/mesh/fault.ts'
import { CodedError } from '../src/util/coded-error.ts'
import { isModulePath } from '../src/util/module-file.ts'
import {
  anchorsIn,
  inlineCode,
  linksIn,
  pageOf,
  pages,
  root,
  section,
  shellCommands,
  tableRows,
} from './markdown.ts'

const errors = pageOf('docs/ERRORS.md')
const architecture = pageOf('docs/ARCHITECTURE.md')
const codePattern = /^[A-Z]+(?:_[A-Z]+)+$/
const unquoted = (cell: string) => cell.replaceAll('`', '')

/** Every code of every exported table of sentences. */
async function errorCodes(): Promise<string[]> {
  const modules = globSync('src/**/*.ts', { cwd: root }).filter((file) =>
    /export const \w+Sentences\b/.test(readFileSync(join(root, file), 'utf8')),
  )
  const exported = await Promise.all(modules.map((file) => import(join(root, file)) as Promise<object>))
  return exported
    .flatMap((module) => Object.entries(module))
    .filter(([name]) => name.endsWith('Sentences'))
    .flatMap(([, sentences]) => Object.keys(sentences))
}

const codes = await errorCodes()
const usage = await readUsage()

test('every error code and every fault kind has one row in ERRORS.md, and there is no other', () => {
  const documented = tableRows(errors)
    .map(([code = '']) => unquoted(code))
    .filter((code) => codePattern.test(code))
  assert.ok(codes.length > 50, `${codes.length} codes were found`)
  assert.deepEqual(documented.toSorted(), [...codes, ...Object.keys(faultKinds)].sort())
})

test('every row of ERRORS.md says what its code means and what to do, and every fault has its verdict', () => {
  for (const [code = '', ...cells] of tableRows(errors))
    assert.ok(
      cells.every((cell) => cell.length > 3),
      code,
    )
  const verdicts = tableRows(section(errors, 'Faults')).map(([kind = '', verdict]) => [
    unquoted(kind),
    verdict,
  ])
  assert.deepEqual(
    Object.fromEntries(verdicts),
    Object.fromEntries(Object.entries(faultKinds).map(([kind, [verdict]]) => [kind, verdict])),
  )
})

test('the exit codes are those of the program, and each error ends it with the one that ERRORS.md says', () => {
  const rows = tableRows(section(errors, 'Exit codes'))
  const documented = rows.map(([number, name = '']) => [unquoted(name), Number(number)])
  assert.deepEqual(Object.fromEntries(documented), exitCodes)
  for (const code of codes) {
    const row = rows.find(([, , when = '']) =>
      inlineCode({ text: when }).some((pattern) => covers(pattern, code)),
    )
    const expected = row === undefined ? exitCodes.failed : Number(row[0])
    assert.equal(exitCodeOf(new CodedError({ code }, '')), expected, code)
  }
})

test('no document names a code that does not exist', () => {
  const known = [...codes, ...Object.keys(faultKinds)]
  const prefixes = new Set(known.map((code) => code.split('_', 1).join()))
  for (const page of pages)
    for (const code of inlineCode(page).filter((code) => /^[A-Z]+(?:_[A-Z]+)*(?:_\*)?$/.test(code)))
      if (prefixes.has(code.split('_', 1).join()) && code.includes('_'))
        assert.ok(
          known.some((one) => covers(code, one)),
          `${page.path}: ${code}`,
        )
})

test('SETTINGS.md lists every setting, command, option and attack as the code has them', () => {
  const { text } = pageOf('docs/SETTINGS.md')
  const [have, want] = [text.split('\n'), renewed(text, usage).split('\n')]
  const advice = 'run: npx node scripts/settings.ts'
  assert.deepEqual(
    want.filter((line) => !have.includes(line)),
    [],
    advice,
  )
  assert.equal(have.length, want.length, advice)
  for (const { name, options } of usage)
    for (const { flags } of options) assert.ok(text.includes(`\`${flags}\``), `${name} ${flags}`)
})

test('every relative link leads to a file that exists, and to a heading in it', () => {
  for (const page of pages)
    for (const link of linksIn(page).filter((target) => !/^[a-z]+:/.test(target))) {
      const [file = '', anchor] = link.split('#')
      const path = file === '' ? page.path : normalize(join(dirname(page.path), file))
      assert.ok(existsSync(join(root, path)), `${page.path} links to ${link}`)
      if (anchor !== undefined)
        assert.ok(anchorsIn(pageOf(path)).includes(anchor), `${page.path} links to ${link}`)
    }
})

test('every command in the documents can be run: npm scripts, commands, options, attacks, rules and files exist', () => {
  const commands = pages.flatMap((page) => shellCommands(page).map((command) => ({ page, command })))
  assert.ok(commands.length > 30, `${commands.length} commands were found`)
  for (const { page, command } of commands) {
    const problem = problemOf(command)
    assert.equal(problem, undefined, `${page.path}: ${command}: ${problem}`)
  }
})

test('ARCHITECTURE.md describes every folder of src, and its import rules are those that are held', () => {
  const documented = tableRows(section(architecture, 'Who may import whom')).map(
    ([folder = '', about, allowed = '']) => {
      assert.ok(about)
      return [unquoted(folder), inlineCode({ text: allowed })]
    },
  )
  const folders = new Set(globSync('src/*/**/*.ts', { cwd: root }).map((file) => file.split(/[\\/]/)[1]))
  assert.deepEqual(documented.map(([folder]) => folder).toSorted(), [...folders].sort())
  assert.deepEqual(Object.fromEntries(documented), heldImportRules())
})

test('every file that ARCHITECTURE.md names exists, and has the name in it that stands behind it', () => {
  const named = [...architecture.text.matchAll(/`([\w./-]+\/[\w-]+\.ts)`(?: `(\w+)`)?/g)]
  assert.ok(named.length > 60, `${named.length} files were found`)
  for (const [, file = '', name] of named) {
    const path = [join(root, 'src', file), join(root, file)].find(existsSync)
    assert.ok(path, file)
    if (name !== undefined) assert.match(readFileSync(path, 'utf8'), new RegExp(`\\b${name}\\b`), file)
  }
})

/** Whether `pattern`, a code or a beginning such as `GAR_*`, means `code`. */
function covers(pattern: string, code: string): boolean {
  return pattern.endsWith('_*') ? code.startsWith(pattern.slice(0, -1)) : pattern === code
}

/** The table of architecture.test.ts, read from its text: importing it would run it. */
function heldImportRules(): Record<string, string[]> {
  const source = readFileSync(join(root, 'test/architecture.test.ts'), 'utf8')
  const [, table = ''] = /const mayImport[^{]*\{\n([\s\S]*?)\n\}/.exec(source) ?? []
  const rows = [...table.matchAll(/^ {2}(\w+): \[([^\]]*)\]/gm)]
  return Object.fromEntries(
    rows.map(([, folder = '', list = '']) => [
      folder,
      [...list.matchAll(/'(\w+)'/g)].map(([, name = '']) => name),
    ]),
  )
}

/** Why a command of the documents cannot be run as it stands; undefined where it can. */
function problemOf(command: string): string | undefined {
  const words = command.split(/\s+/).filter((word) => word !== 'npx')
  const [program, first = '', second = ''] = words
  if (program === 'medoid') return problemOfMedoid(words.slice(1))
  if (program === 'node')
    return words.slice(1).find((word) => /[\w-]\/[\w.-]/.test(word) && !existsSync(join(root, word)))
  if (program !== 'npm' || first === 'ci' || first === 'install') return undefined
  const script = first === 'run' ? second : first
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
  if (!(script in scripts)) return `there is no script ${script}`
  const extra = words.indexOf('--')
  return script === 'start' && extra > 0 ? problemOfMedoid(['demo', ...words.slice(extra + 1)]) : undefined
}

function problemOfMedoid(words: readonly string[]): string | undefined {
  const name = words.find((word) => !word.startsWith('-')) ?? ''
  // In a heading of SETTINGS.md, and in prose: `medoid [options] [command]`, `medoid --help`.
  const command = usage.find((one) => one.name === (name.startsWith('[') ? '' : name))
  if (command === undefined) return `there is no command ${name}`
  const options = words.filter((word) => word.startsWith('--'))
  const unknown = options.find((option) => !command.options.some((one) => one.name === option))
  if (unknown !== undefined) return `${name} has no option ${unknown}`
  for (const [i, word] of words.entries()) {
    const value = words[i + 1] ?? ''
    if (word === '--attack' && /^[a-z]/.test(value)) checkAttacks(value)
    if (/^--(?:model-)?rule$/.test(word) && /^[a-z]/.test(value)) parseRule(value)
  }
  return undefined
}

/** Names of the table can be read; scripts are the reader's own. */
function checkAttacks(text: string): void {
  for (const one of splitAttacks(text)) if (!isModulePath(one)) parseAttack(one)
}
