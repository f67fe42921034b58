/** A broken folder is one error that names file, case and field; nothing of it is guessed. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { caseFilesIn, readCases } from '../../src/conformance/read-cases.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medoid-cases-'))
})
after(() => rm(directory, { recursive: true }))

const sound = {
  id: 'median-0',
  rule: 'median',
  params: {},
  n: 3,
  d: 1,
  f: 1,
  input: [[1], [2], [3]],
  expected: [2],
  conformance: 'canonical',
}

async function readOne(content: unknown) {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  await writeFile(join(directory, 'cases.json'), text)
  return readCases(directory, 'cases.json')
}

test('a sound case is read, with its vectors as float32 and words for what is not finite', async () => {
  const [one] = await readOne([{ ...sound, input: [['NaN'], ['Infinity'], [-0.5]], expected: ['-Infinity'] }])
  assert.deepEqual(
    one?.vectors,
    [Number.NaN, Number.POSITIVE_INFINITY, -0.5].map((x) => Float32Array.of(x)),
  )
  assert.deepEqual(one?.expected, [Number.NEGATIVE_INFINITY])
  assert.equal(one?.file, 'cases.json')
})

test('what nobody needs may stand beside it, and an absent f is no f', async () => {
  const [one] = await readOne([{ ...sound, f: null, tags: ['x'], source: 'y' }])
  assert.equal(one?.f, undefined)
})

test('an input may stand in a file below the cases', async () => {
  await writeFile(join(directory, 'input.json'), JSON.stringify({ input: sound.input }))
  const [one] = await readOne([{ ...sound, input: undefined, inputRef: 'input.json' }])
  assert.deepEqual(
    one?.vectors,
    [1, 2, 3].map((x) => Float32Array.of(x)),
  )
})

const broken: readonly [what: string, change: object, said: RegExp][] = [
  ['no rule', { rule: undefined }, /case median-0, rule:/],
  ['no id', { id: undefined }, /case number 0, id:/],
  ['an unknown kind', { conformance: 'maybe' }, /case median-0, conformance:/],
  ['a text for a number', { input: [[1], ['two'], [3]] }, /case median-0, input\.1\.0:/],
  ['a row too few', { n: 4 }, /case median-0, n: is 4, and there are 3 rows/],
  ['a short row', { input: [[1], [2], [3, 4]] }, /case median-0, input\.2: has 2 numbers, and d is 1/],
  ['what is no float32', { input: [[1], [0.1], [3]] }, /case median-0, input\.1\.0: 0\.1 is no float32/],
  ['a negative f', { f: -1 }, /case median-0, f:/],
  ['a tolerance of zero', { tol: 0 }, /case median-0, tol:/],
  ['a way out of the folder', { input: undefined, inputRef: '../secret.json' }, /case median-0, inputRef:/],
  ['an absolute path', { input: undefined, inputRef: '/etc/x.json' }, /case median-0, inputRef:/],
]

for (const [what, change, said] of broken)
  test(`${what} is named with file, case and field`, async () => {
    await assert.rejects(readOne([{ ...sound, ...change }]), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'CONFORMANCE_BAD_CASE')
      assert.match(error.message, /cases\.json/)
      assert.match(error.message, said)
      return true
    })
  })

test('what is no JSON, no array or not there is named as the file', async () => {
  await assert.rejects(readOne('[{'), { code: 'CONFORMANCE_UNREADABLE' })
  await assert.rejects(readOne({}), { code: 'CONFORMANCE_UNREADABLE' })
  await assert.rejects(readOne([{ ...sound, input: undefined, inputRef: 'none.json' }]), {
    code: 'CONFORMANCE_UNREADABLE',
  })
})

test('a directory without cases, or none at all, is an error', async () => {
  await assert.rejects(caseFilesIn(join(directory, 'none')), { code: 'CONFORMANCE_NO_CASES' })
})
