/** What the command prints, and what it ends with. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { conformance } from '../../src/commands/conformance.ts'
import { Screen } from '../../src/commands/screen.ts'

const input = [
  [1, 1, 1, 1, 1, 1, 1],
  [2, 2, 2, 2, 2, 2, 2],
  [3, 3, 3, 3, 3, 3, 3],
]
const right = {
  rule: 'median',
  n: 3,
  d: 7,
  f: 1,
  input,
  expected: [2, 2, 2, 2, 2, 2, 2],
  conformance: 'canonical',
}

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medoid-conformance-'))
})
after(() => rm(directory, { recursive: true }))

async function run(cases: readonly object[], json = false) {
  await writeFile(
    join(directory, 'a.json'),
    JSON.stringify(cases.map((one, i) => ({ id: `a-${i}`, ...right, ...one }))),
  )
  let text = ''
  const screen = new Screen({ write: (part: string) => (text += part) })
  const code = await conformance(
    directory,
    { kernels: 'reference', threads: 1, json },
    { screen, signal: new AbortController().signal },
  )
  return { code, lines: text.trimEnd().split('\n') }
}

test('where all agree the last line counts them and the exit code is 0', async () => {
  const { code, lines } = await run([{}, {}])
  assert.equal(code, 0)
  assert.deepEqual(lines, ['on reference, 1 thread', '2 passed, 0 failed, 0 skipped'])
})

test('a failure is listed with both values and where they differ most, and the exit code is 1', async () => {
  const { code, lines } = await run([{ expected: [2, 2, 2, 2, 2, 2, 9] }, {}])
  assert.equal(code, 1)
  assert.deepEqual(lines, [
    'failed: a-0 in a.json, canonical',
    '  ours      2, 2, 2, 2, 2, 2, ... (7 numbers)',
    '  expected  2, 2, 2, 2, 2, 2, ... (7 numbers)',
    '  farthest  number 6: ours 2, expected 9',
    'on reference, 1 thread',
    '1 passed, 1 failed, 0 skipped',
  ])
})

test('skips are counted by their reason', async () => {
  const { code, lines } = await run([{ conformance: 'informational' }, {}, { conformance: 'informational' }])
  assert.equal(code, 0)
  assert.match(lines[0] ?? '', /^skipped: 2 in a\.json: shows what an implementation does/)
  assert.equal(lines.at(-1), '1 passed, 0 failed, 2 skipped')
})

test('as JSON it prints each case, and the counts at the end', async () => {
  const { lines } = await run([{ expected: ['NaN', 2, 2, 2, 2, 2, 2] }], true)
  const [one, counts] = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.equal(one?.outcome, 'failed')
  assert.deepEqual(one?.expected, ['NaN', 2, 2, 2, 2, 2, 2])
  assert.deepEqual(counts, { passed: 0, failed: 1, skipped: 0 })
})
