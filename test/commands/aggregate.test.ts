import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type AggregateFlags, aggregateVectors } from '../../src/commands/aggregate.ts'
import { readVectors } from '../../src/commands/vector-input.ts'
import { decodeNpy, encodeNpy } from '../../src/data/npy.ts'
import { aggregate } from '../../src/gar/aggregate.ts'
import { normalVectors, vectorsOf } from '../gar/helpers.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medoid-aggregate-'))
})
after(() => rm(directory, { recursive: true }))

const plain: AggregateFlags = { rule: 'median', f: 1, param: [], threads: 1, explain: false, json: false }

async function* stdinOf(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  // In pieces, as a pipe delivers them.
  for (let from = 0; from < bytes.length; from += 4000) yield bytes.subarray(from, from + 4000)
}

async function run(input: unknown, flags: Partial<AggregateFlags> = {}): Promise<string[]> {
  const printed: string[] = []
  const text = typeof input === 'string' || input instanceof Uint8Array ? input : JSON.stringify(input)
  await aggregateVectors(
    undefined,
    { ...plain, ...flags },
    { stdin: stdinOf(text), print: (line) => printed.push(line) },
  )
  return printed
}

const rows = [
  [1, 10],
  [2, 20],
  [3, 30],
  [4, 40],
  [-100, 1000],
]

test('the result is one line of JSON', async () => {
  assert.deepEqual(await run(rows), ['[2,30]'])
})

test('a file is read where one is named, JSON and .npy alike', async () => {
  const json = join(directory, 'vectors.json')
  await writeFile(json, JSON.stringify(rows))
  const npy = join(directory, 'one.npy')
  await writeFile(npy, encodeNpy(Float32Array.of(1, 2, 3)))
  const printed: string[] = []
  const context = { stdin: stdinOf(''), print: (line: string) => void printed.push(line) }
  await aggregateVectors(json, plain, context)
  await aggregateVectors(npy, { ...plain, rule: 'average', f: 0 }, context)
  assert.deepEqual(printed, ['[2,30]', '[1,2,3]'])
  await assert.rejects(aggregateVectors(join(directory, 'none'), plain, context), { code: 'DATA_UNREADABLE' })
})

test('.npy is read from standard input too, and written where --out says', async () => {
  const out = join(directory, 'out.npy')
  assert.deepEqual(await run(encodeNpy(Float32Array.of(5, 6)), { rule: 'average', f: 0, out }), [
    `wrote ${out}`,
  ])
  assert.deepEqual(decodeNpy(await readFile(out), out), [Float32Array.of(5, 6)])
})

test('vectors with ids are sorted by them first', async () => {
  // Both middles of three equal scores: krum takes the first of the sorted.
  const vectors = [[3], [1], [2], [1], [3]]
  const ids = ['e', 'd', 'c', 'b', 'a']
  const [line = ''] = await run({ vectors, ids }, { rule: 'krum', f: 1, json: true })
  const sorted = vectorsOf([[3], [1], [2], [1], [3]].reverse())
  assert.deepEqual(JSON.parse(line), {
    rule: 'krum',
    n: 5,
    d: 1,
    f: 1,
    ids: ['a', 'b', 'c', 'd', 'e'],
    result: [...aggregate(sorted, { rule: 'krum', f: 1 })],
  })
  const read = await readVectors({ name: 'x', chunks: stdinOf(JSON.stringify({ vectors, ids })) })
  assert.deepEqual(read.vectors, sorted)
})

test('parameters, the own vector, the start and the seed reach the rule', async () => {
  const start = join(directory, 'start.json')
  await writeFile(start, '[1, 2]')
  const vectors = vectorsOf(rows)
  const same = async (flags: Partial<AggregateFlags>, expected: Float32Array) =>
    assert.deepEqual(await run(rows, flags), [JSON.stringify([...expected])])
  await same(
    { rule: 'krum', param: ['neighbors=n-f-1', 'distance=euclidean'] },
    aggregate(vectors, { rule: 'krum', f: 1, params: { neighbors: 'n-f-1', distance: 'euclidean' } }),
  )
  await same({ rule: 'monna', own: '2' }, aggregate(vectors, { rule: 'monna', f: 1, own: 2 }))
  await same(
    { rule: 'centeredclipping', start, param: ['tau=3'] },
    aggregate(vectors, { rule: 'centeredclipping:tau=3', f: 1, start: Float32Array.of(1, 2) }),
  )
  const ids = ['v', 'w', 'x', 'y', 'z']
  assert.deepEqual(
    await run({ vectors: rows, ids }, { rule: 'monna', own: 'x' }),
    await run(rows, { rule: 'monna', own: '2' }),
  )
})

test('threads and kernels change nothing but the time', async () => {
  const vectors = normalVectors(1, 5, 110_000).map((vector) => [...vector])
  const one = await run(vectors, { rule: 'nnm>trmean' })
  assert.deepEqual(await run(vectors, { rule: 'nnm>trmean', threads: 2 }), one)
  assert.deepEqual(await run(vectors, { rule: 'nnm>trmean', kernels: 'reference' }), one)
})

test('an explanation says who has a share, with which score, and how far from the others', async () => {
  const lines = await run(rows, { rule: 'krum', explain: true })
  assert.match(lines[0] ?? '', /^krum on n = 5 vectors, f = 1 \(needs n >= 2f\+3\)$/)
  assert.match(lines[2] ?? '', /^vector +share +score +median distance to others$/)
  assert.match(lines[4] ?? '', /^1 +100 % +\S+ +\S+$/)
  assert.match(lines[7] ?? '', /^4 +- +\S+ +\S+$/)
  assert.equal(lines.at(-1), '[2,20]')
  const [json = ''] = await run(rows, { rule: 'krum', explain: true, json: true })
  const { result, explanation } = JSON.parse(json)
  assert.deepEqual(result, [2, 20])
  assert.deepEqual(explanation.kept, [1])
  assert.equal(explanation.measured[0].distances.length, 25)
  assert.ok((await run(rows, { explain: true })).some((line) => line.includes('none has a share')))
  await assert.rejects(run(rows, { explain: true, threads: 2 }), { code: 'COMMAND_CONFLICT' })
})

test('what is no vectors is refused with the place', async () => {
  const refused: [unknown, string, object?][] = [
    ['nonsense', 'COMMAND_INPUT_NOT_JSON'],
    ['', 'COMMAND_INPUT_NOT_JSON'],
    ['7', 'COMMAND_INPUT_NOT_VECTORS'],
    [{ ids: [] }, 'COMMAND_INPUT_NOT_VECTORS'],
    [[[1], 2], 'COMMAND_INPUT_NOT_VECTORS', { what: 'vector 1' }],
    [[[1], ['1']], 'COMMAND_INPUT_NOT_FLOAT', { position: 1, coordinate: 0, value: '"1"' }],
    ['[[1], [2, 1e39]]', 'COMMAND_INPUT_NOT_FLOAT', { position: 1, coordinate: 1, value: '1e+39' }],
    [[[1, null]], 'COMMAND_INPUT_NOT_FLOAT', { position: 0, coordinate: 1, value: 'null' }],
    [{ vectors: [[1], [2]], ids: ['a'] }, 'COMMAND_INPUT_BAD_IDS'],
    [{ vectors: [[1], [2]], ids: ['a', 'a'] }, 'COMMAND_INPUT_BAD_IDS'],
    [{ vectors: [[1], [2]], ids: [1, 2] }, 'COMMAND_INPUT_BAD_IDS'],
    [[[1, 2], [3], [4, 5]], 'GAR_UNEQUAL_LENGTHS', { position: 1 }],
    [[], 'GAR_NO_VECTORS'],
  ]
  for (const [input, code, facts = {}] of refused)
    await assert.rejects(run(input), ({ code: found, problem }: { code: string; problem: object }) => {
      assert.equal(found, code, JSON.stringify(input))
      assert.deepEqual({ ...problem, ...facts }, problem)
      return true
    })
})

test('options that make no sense are refused', async () => {
  const start = join(directory, 'two.json')
  await writeFile(start, '[[1, 2], [3, 4]]')
  const refused: [Partial<AggregateFlags>, string][] = [
    [{ rule: 'mean' }, 'GAR_UNKNOWN_RULE'],
    [{ f: 3 }, 'GAR_TOO_FEW_VECTORS'],
    [{ param: ['even'] }, 'COMMAND_BAD_OPTION'],
    [{ param: ['even=lower>trmean'] }, 'COMMAND_BAD_OPTION'],
    [{ param: ['odd=1'] }, 'GAR_UNKNOWN_PARAMETER'],
    [{ param: ['even=lower', 'even=upper'] }, 'GAR_REPEATED_PARAMETER'],
    [{ rule: 'median:even=lower', param: ['even=upper'] }, 'GAR_REPEATED_PARAMETER'],
    [{ out: join(directory, 'none', 'x.npy') }, 'COMMAND_NOT_WRITTEN'],
    [{ rule: 'monna', own: 'x' }, 'COMMAND_BAD_OPTION'],
    [{ rule: 'monna', own: '5' }, 'GAR_BAD_GIVEN'],
    [{ rule: 'centeredclipping', start }, 'COMMAND_INPUT_NOT_FLOAT'],
    [{ threads: 65 }, 'AGGREGATOR_BAD_THREADS'],
  ]
  for (const [flags, code] of refused) await assert.rejects(run(rows, flags), { code }, JSON.stringify(flags))
})

test('input is refused as soon as it is too long', async () => {
  const mebibyte = new Uint8Array(2 ** 20).fill(0x20)
  let taken = 0
  async function* endless() {
    for (;;) {
      taken++
      yield mebibyte
    }
  }
  await assert.rejects(readVectors({ name: 'x', chunks: endless() }), {
    problem: { code: 'COMMAND_INPUT_TOO_LARGE', file: 'x', maxBytes: 2 ** 28 },
  })
  assert.equal(taken, 257)
})
