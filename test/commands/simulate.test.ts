import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { formatDuration } from '../../src/commands/simulate-progress.ts'

const run = promisify(execFile)
const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

const scenario = `
name: tiny
n: 4
f: 1
seed: [1, 2]
attack: [none, alie]
task: { data: quadratic, dimension: 8 }
training: { steps: 10, momentum: 0, learningRate: { rate: 0.2 } }
evaluation: { everySteps: 5 }
agreement: { rule: [trmean, 'nnm>trmean'] }
`

async function workplace(text = scenario): Promise<{ file: string; at: (name: string) => string }> {
  const directory = await mkdtemp(join(tmpdir(), 'medoid-simulate-'))
  const at = (name: string) => join(directory, name)
  await writeFile(at('tiny.yaml'), text)
  return { file: at('tiny.yaml'), at }
}

interface Failure {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** How a program that must fail fails. */
async function failureOf(program: Promise<unknown>): Promise<Failure> {
  return program.then(
    () => assert.fail('it did not fail'),
    (error: Failure) => error,
  )
}

async function simulate(...words: readonly string[]): Promise<string> {
  return (await run(process.execPath, [cli, 'simulate', ...words])).stdout
}

test('a sweep prints a row an arm, and writes the same bytes with one process and with two', async () => {
  const { file, at } = await workplace()
  const output = await simulate(file, '--jobs', '1', '--out', at('one'), '--json', at('summary.json'))
  await simulate(file, '--jobs', '2', '--out', at('two'))
  assert.match(output, /^tiny: 4 arms, 2 seeds, 8 runs$/m)
  for (const row of [/^1 +trmean, none +loss /m, /^4 +nnm>trmean, alie +loss /m]) assert.match(output, row)
  for (const name of ['runs.jsonl', 'summary.csv', 'curves.csv', 'loss.svg', 'spread.svg'])
    assert.equal(await readFile(at(`one/${name}`), 'utf8'), await readFile(at(`two/${name}`), 'utf8'), name)
  const { arms } = JSON.parse(await readFile(at('summary.json'), 'utf8')) as { arms: { label: string }[] }
  assert.deepEqual(
    arms.map(({ label }) => label),
    ['trmean, none', 'nnm>trmean, none', 'trmean, alie', 'nnm>trmean, alie'],
  )
})

test('a sweep that was interrupted in the middle of a line is resumed, and ends in the same bytes', async () => {
  const { file, at } = await workplace()
  await simulate(file, '--out', at('out'))
  const whole = await readFile(at('out/runs.jsonl'), 'utf8')
  const lines = whole.split('\n')
  await writeFile(at('out/runs.jsonl'), `${lines.slice(0, 3).join('\n')}\n${lines[3]?.slice(0, 200)}`)
  const output = await simulate(file, '--out', at('out'))
  assert.match(output, /8 runs, 3 of which ran before/)
  assert.equal(await readFile(at('out/runs.jsonl'), 'utf8'), whole)
  assert.match(await simulate(file, '--out', at('out')), /8 runs, 8 of which ran before/)
})

test('one arm or one seed more adds to what is there: no run is lost, and tables and pictures show all of them', async () => {
  const { file, at } = await workplace()
  const out = ['--jobs', '1', '--out', at('out')]
  const journal = async () => (await readFile(at('out/runs.jsonl'), 'utf8')).trimEnd().split('\n')
  await simulate(file, ...out)
  const whole = await journal()
  const summary = await readFile(at('out/summary.csv'), 'utf8')
  const output = await simulate(file, ...out, '--arm', '3')
  assert.match(output, /2 runs, 2 of which ran before/)
  assert.match(output, /^6 runs of other arms or seeds, there before, shown with them$/m)
  assert.match(output, /^1 +trmean, none /m)
  assert.deepEqual(await journal(), whole)
  assert.equal(await readFile(at('out/summary.csv'), 'utf8'), summary)

  await simulate(file, ...out, '--arm', '2', '--seed', '9')
  const more = await journal()
  assert.deepEqual([more.length, whole.filter((line) => !more.includes(line))], [9, []])
  // The second arm, and the third of its seeds.
  assert.match(more[4] ?? '', /"arm":2,.*"seed":9,/)
  assert.match(await readFile(at('out/curves.csv'), 'utf8'), /^2,"nnm>trmean, none",9,5,/m)

  // Another version of the scenario: all runs are others, and those of the former stay.
  await writeFile(file, scenario.replace('steps: 10', 'steps: 9'))
  const changed = await simulate(file, ...out)
  assert.match(changed, /^9 runs of other settings, .* in no table or picture$/m)
  const both = await journal()
  assert.deepEqual([both.length, more.filter((line) => !both.includes(line))], [17, []])
  assert.match(await readFile(at('out/summary.csv'), 'utf8'), /^2,"nnm>trmean, none",proven,2,2,/m)
})

test('a directory is one process’s at a time, and what one left that is gone is taken over', async () => {
  const { file, at } = await workplace()
  await mkdir(at('out'))
  await writeFile(at('out/lock'), `${process.pid}\n`)
  const error = await failureOf(simulate(file, '--arm', '1', '--out', at('out')))
  assert.deepEqual([error.code, error.stdout], [1, ''])
  assert.match(error.stderr, new RegExp(`^COMMAND_OUT_IN_USE: process ${process.pid} writes to `))
  const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(gone, 'exit')
  await writeFile(at('out/lock'), `${gone.pid}\n`)
  await simulate(file, '--arm', '1', '--out', at('out'))
  await assert.rejects(readFile(at('out/lock')), { code: 'ENOENT' })
})

test('Ctrl-C ends a sweep at once, with the exit code for it; what had ended is in the journal', async () => {
  const long = scenario.replace('steps: 10', 'steps: 5000').replace('seed: [1, 2]', 'seed: 1')
  const { file, at } = await workplace(`${long}arms: [{ training: { steps: 1 } }, {}]\n`)
  const words = [cli, 'simulate', file, '--jobs', '1', '--out', at('out')]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const chunk of child.stdout) if (String(chunk).includes('4 of 8 runs')) break
  child.kill('SIGINT')
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode]
  assert.equal(code, 130)
  assert.equal((await readFile(at('out/runs.jsonl'), 'utf8')).trimEnd().split('\n').length, 4)
})

test('an arm that the guard refuses is a row with its sentence; one that fails is shown with the command that repeats it', async () => {
  const refused = await workplace(`${scenario}arms: [{ n: 3 }]\n`)
  assert.match(await simulate(refused.file), /^1 +trmean, none .* refused: AGREEMENT_/m)
  const failing = await workplace(`${scenario}arms: [{ task: { data: /nowhere, noise: 1 } }]\n`)
  const error = await failureOf(simulate(failing.file, '--seed', '7'))
  assert.equal(error.code, 1)
  assert.match(error.stdout, /trmean, none, seed 7: failed: DATA_/)
  assert.match(error.stderr, /^COMMAND_RUNS_FAILED: 4 of 4 runs failed/)
  assert.ok(error.stderr.includes(`medoid simulate ${failing.file} --arm 1 --seed 7`), error.stderr)
})

test('a process that dies takes its run with it and no other; a scenario file is a program, too', async () => {
  const { at } = await workplace()
  const index = new URL('../../src/index.ts', import.meta.url).href
  await writeFile(
    at('deadly.ts'),
    `import { defineScenario, ownAttack, runScenario } from '${index}'
     const deadly = ownAttack('deadly', () => process.exit(3))
     export const scenario = defineScenario({
       name: 'deadly', n: 4, f: 1, attack: ['none', deadly, 'zero'],
       task: { data: 'quadratic', dimension: 2 }, training: { steps: 3 },
     })
     await runScenario(scenario, import.meta.url)`,
  )
  const words = [at('deadly.ts'), at('out')]
  const error = await failureOf(run(process.execPath, words))
  assert.equal(error.code, 1)
  assert.match(error.stdout, /^deadly, seed 1: failed: its process ended: exit code 3$/m)
  assert.match(error.stderr, /COMMAND_RUNS_FAILED: 1 of 3 runs failed/)
  assert.equal((await readFile(at('out/runs.jsonl'), 'utf8')).trimEnd().split('\n').length, 2)
})

test('a trace is written of one run, also of one whose result is known; and asked for of several it is refused', async () => {
  const { file, at } = await workplace()
  await simulate(file, '--arm', '3', '--seed', '2', '--trace', at('trace.txt'))
  assert.match(
    await readFile(at('trace.txt'), 'utf8'),
    /^\d+\.\d{3} p00\d>p00\d p00\d 1\/gradient\/value\/0 0 32 [0-9a-f]{16}$/m,
  )
  const known = ['--arm', '3', '--seed', '2', '--out', at('out')]
  await simulate(file, ...known)
  const journal = await readFile(at('out/runs.jsonl'), 'utf8')
  await simulate(file, ...known, '--trace', at('again.txt'))
  assert.equal(await readFile(at('again.txt'), 'utf8'), await readFile(at('trace.txt'), 'utf8'))
  assert.equal(await readFile(at('out/runs.jsonl'), 'utf8'), journal)
  const error = await failureOf(simulate(file, '--trace', at('trace.txt')))
  assert.equal(error.code, 2)
  assert.match(error.stderr, /^COMMAND_CONFLICT: /)
})

test('a broken scenario ends with the exit code of a mistake and the name of the field', async () => {
  const { file } = await workplace(scenario.replace('steps: 10', 'steps: ten'))
  const error = await failureOf(simulate(file))
  assert.equal(error.code, 2)
  assert.match(error.stderr, /^SCENARIO_BAD_VALUE: training\.steps is "ten" and must be a whole number/)
})

test('no process at all is refused, and nothing is written', async () => {
  const { file, at } = await workplace()
  const error = await failureOf(simulate(file, '--jobs', '0', '--out', at('out')))
  assert.deepEqual([error.code, error.stdout], [2, ''])
  assert.match(error.stderr, /^COMMAND_BAD_OPTION: --jobs is "0" and must be a whole number from 1 up/)
  await assert.rejects(readFile(at('out/summary.csv')), { code: 'ENOENT' })
})

test('durations are for people', () => {
  assert.deepEqual([4.4, 59.6, 200, 7500].map(formatDuration), [
    '4 s',
    '1 min 0 s',
    '3 min 20 s',
    '2 h 5 min',
  ])
})
