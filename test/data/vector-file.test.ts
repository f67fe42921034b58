import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { aggregateStream } from '../../src/aggregator/stream.ts'
import { openVectorFile, type VectorFile } from '../../src/data/vector-file.ts'
import { aggregate } from '../../src/gar/aggregate.ts'
import { normalVectors } from '../gar/helpers.ts'

const n = 5
const d = 2 ** 16 + 1234
const vectors = normalVectors(1, n, d)
const bytes = Buffer.concat(vectors.map(({ buffer }) => Buffer.from(buffer)))

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medoid-vectors-'))
})
after(() => rm(directory, { recursive: true }))

async function written(name: string, content: Uint8Array): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, content)
  return path
}

async function npyOf(descr: string, elements: Uint8Array): Promise<string> {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${n}, ${d}), }\n`
  const head = Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), Buffer.from([1, 0, text.length, 0])])
  return written(`${descr.slice(1)}.npy`, Buffer.concat([head, Buffer.from(text), elements]))
}

async function collected(file: VectorFile): Promise<number[][]> {
  const rows = Array.from({ length: file.n }, () => [] as number[])
  for await (const block of file.blocks()) for (const [i, row] of block.entries()) rows[i]?.push(...row)
  return rows
}

test('raw float32 files and .npy files are read block by block, and again in every pass', async () => {
  const float64 = Buffer.concat(vectors.map((vector) => Buffer.from(Float64Array.from(vector).buffer)))
  const files = [
    await openVectorFile(await written('x.f32', bytes), { n }),
    await openVectorFile(await npyOf('<f4', bytes)),
    await openVectorFile(await npyOf('<f8', float64)),
  ]
  const expected = vectors.map((vector) => [...vector])
  for (const file of files) {
    assert.deepEqual([file.n, file.d], [n, d])
    assert.deepEqual(await collected(file), expected)
    const result: number[] = []
    for await (const block of aggregateStream(file, { rule: 'krum', f: 1 })) result.push(...block)
    assert.deepEqual(result, [...aggregate(vectors, { rule: 'krum', f: 1 })])
  }
})

test('a file that is missing, or whose length does not fit, is refused', async () => {
  const path = await written('y.f32', bytes.subarray(0, -4))
  await assert.rejects(openVectorFile(path, { n }), { code: 'DATA_RAW_WRONG_LENGTH' })
  await assert.rejects(openVectorFile(path, { n: 0 }), { code: 'DATA_RAW_WRONG_LENGTH' })
  await assert.rejects(openVectorFile(path), { code: 'DATA_NPY_WRONG_MAGIC' })
  await assert.rejects(openVectorFile(join(directory, 'none.npy')), { code: 'DATA_UNREADABLE' })
})

test('a file that becomes shorter between two passes is refused in the second', async () => {
  const path = await written('z.f32', bytes)
  const file = await openVectorFile(path, { n })
  await written('z.f32', bytes.subarray(0, 100))
  await assert.rejects(collected(file), { code: 'DATA_UNREADABLE' })
})
