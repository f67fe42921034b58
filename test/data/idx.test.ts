/** The IDX reader: what is right is read, what is wrong is named, and nothing is allocated on a header's word. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { decodeIdxHeader, maxIdxBytes, readIdx } from '../../src/data/idx.ts'
import { isCoded } from '../../src/util/coded-error.ts'

let directory: string

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medoid-idx-'))
})

after(() => rm(directory, { recursive: true }))

/** An IDX file with these sizes and elements. */
function idx(shape: number[], elements: ArrayLike<number>, type = 0x08): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + elements.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, (type << 8) | shape.length)
  shape.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size)
  })
  bytes.set(elements, 4 + 4 * shape.length)
  return bytes
}

async function saved(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, bytes)
  return path
}

function rejectsWith(code: string, bytes: Uint8Array, rank = 1) {
  return assert.rejects(
    async () => readIdx(await saved(code, bytes), { rank }),
    (error) => isCoded(error, code) && error.message.includes(join(directory, code)),
  )
}

test('a file is read with its shape', async () => {
  let seen: readonly number[] = []
  const path = await saved('whole', idx([2, 3], [1, 2, 3, 4, 5, 6]))
  const values = await readIdx(path, {
    rank: 2,
    check: (shape) => {
      seen = shape
    },
  })
  assert.deepEqual([...values], [1, 2, 3, 4, 5, 6])
  assert.deepEqual(seen, [2, 3])
})

test('rows are read in the order in which they are asked for, also twice', async () => {
  const path = await saved('rows', idx([4, 2], [0, 1, 10, 11, 20, 21, 30, 31]))
  const values = await readIdx(path, { rank: 2, rows: Uint32Array.of(3, 0, 3, 1) })
  assert.deepEqual([...values], [30, 31, 0, 1, 30, 31, 10, 11])
})

test('rows that lie further apart than one window are each found', async () => {
  const rowBytes = 1 << 18
  const rows = 11
  const elements = Uint8Array.from({ length: rows * rowBytes }, (_, i) => Math.floor(i / rowBytes))
  const path = await saved('windows', idx([rows, rowBytes], elements))
  const values = await readIdx(path, { rank: 2, rows: Uint32Array.of(10, 0, 5, 6) })
  for (const [i, row] of [10, 0, 5, 6].entries()) {
    assert.ok(values.subarray(i * rowBytes, (i + 1) * rowBytes).every((value) => value === row))
  }
})

test('a file cut short in its elements is named as truncated', () =>
  rejectsWith('DATA_IDX_TRUNCATED', idx([4], [1, 2, 3])))

test('a file cut short in its header is named as truncated', () =>
  rejectsWith('DATA_IDX_TRUNCATED', idx([4], []).subarray(0, 6)))

test('an empty file is named as truncated', () => rejectsWith('DATA_IDX_TRUNCATED', new Uint8Array()))

test('bytes beyond what the header calls for are refused', () =>
  rejectsWith('DATA_IDX_TOO_LONG', idx([2], [1, 2, 3])))

test('a wrong magic number is refused: gzip instead of IDX', () =>
  rejectsWith('DATA_IDX_WRONG_MAGIC', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0)))

test('a wrong magic number is refused: labels where images belong', () =>
  rejectsWith('DATA_IDX_WRONG_MAGIC', idx([9], new Uint8Array(9)), 2))

test('elements that are no unsigned bytes are refused', () =>
  rejectsWith('DATA_IDX_WRONG_TYPE', idx([1], [0, 0, 0, 0], 0x0d)))

test('a header that announces more than is read is refused before anything is allocated', () => {
  const shape = [0xffffffff, 0xffffffff, 0xffffffff]
  assert.throws(
    () => decodeIdxHeader(idx(shape, []), 3, Number.MAX_SAFE_INTEGER, 'file'),
    (error) => isCoded(error, 'DATA_TOO_LARGE'),
  )
  assert.throws(
    () => decodeIdxHeader(idx([maxIdxBytes], []), 1, 100, 'file'),
    (error) => isCoded(error, 'DATA_IDX_TRUNCATED'),
  )
})

test('a file that is not there is named with its path', async () => {
  const path = join(directory, 'absent')
  await assert.rejects(
    readIdx(path, { rank: 1 }),
    (error) => isCoded(error, 'DATA_UNREADABLE') && error.message.includes(path),
  )
})
