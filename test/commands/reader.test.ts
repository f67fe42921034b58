/** Commands whose reader leaves. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { whenReaderLeaves } from '../../src/commands/reader.ts'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** Longer than a test may take: so it ends because its reader left, or not at all. */
const scenario = `
name: long
n: 4
f: 1
attack: [none, alie]
task: { data: quadratic, dimension: 4 }
training: { steps: 100000 }
evaluation: { everySteps: 0 }
`

/** How a program ends whose reader takes one piece of output, or not even that, and leaves. */
async function ended(
  words: readonly string[],
  { reads = true } = {},
): Promise<[code: number, errors: string]> {
  const child: ChildProcess = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr?.on('data', (text) => {
    errors += text
  })
  const exit = once(child, 'exit')
  if (reads && child.stdout !== null) await once(child.stdout, 'data')
  child.stdout?.destroy()
  const [code] = await exit
  return [code, errors]
}

test('a command whose reader leaves ends quietly, with the exit code that shells have for it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'medoid-reader-'))
  const file = join(directory, 'long.yaml')
  await writeFile(file, scenario)
  for (const words of [['--help'], ['simulate', '--help'], ['conformance', 'test/vectors', '--json']])
    assert.deepEqual(await ended([cli, ...words], { reads: false }), [141, ''], words.join(' '))
  assert.deepEqual(await ended([cli, 'simulate', file, '--jobs', '1'], { reads: false }), [141, ''])
})

test('a sweep of which one line was read ends with its processes, and so does a scenario that is a program', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'medoid-reader-'))
  const program = join(directory, 'long.ts')
  const index = new URL('../../src/index.ts', import.meta.url).href
  await writeFile(
    program,
    `import { defineScenario, runScenario } from '${index}'
     export const scenario = defineScenario({
       name: 'long', n: 4, f: 1, arms: [{ training: { steps: 2 } }, { training: { steps: 100000 } }],
       task: { data: 'quadratic', dimension: 4 }, evaluation: { everySteps: 0 },
     })
     await runScenario(scenario, import.meta.url)`,
  )
  // What is said next, after the first arm, finds nobody.
  for (const words of [[cli, 'simulate', program, '--jobs', '1'], [program]])
    assert.deepEqual(await ended(words), [141, ''], words.join(' '))
})

test('another error of an output is thrown as ever', () => {
  let fail: ((error: NodeJS.ErrnoException) => void) | undefined
  let left = 0
  const output = {
    on(_: 'error', listener: (error: NodeJS.ErrnoException) => void) {
      fail = listener
    },
  }
  whenReaderLeaves([output], () => (left += 1))
  fail?.(Object.assign(new Error('no reader'), { code: 'EPIPE' }))
  assert.throws(() => fail?.(Object.assign(new Error('disk full'), { code: 'ENOSPC' })), /disk full/)
  assert.equal(left, 1)
})
