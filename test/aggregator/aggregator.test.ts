import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Aggregator, createAggregator, fewValues } from '../../src/aggregator/aggregator.ts'
import { type AggregateOptions, aggregate } from '../../src/gar/aggregate.ts'
import { bits, normalVectors } from '../gar/helpers.ts'

const aggregator = createAggregator({ threads: 2 })
after(() => aggregator.close())

/** One below and one above the size from which threads are used. */
const n = 9
const few = 1000
const many = Math.ceil(fewValues / n) + 1000

function allocated(vectors: readonly Float32Array[], memory: Aggregator = aggregator): Float32Array[] {
  const views = memory.allocate(vectors.length, vectors[0]?.length ?? 0)
  for (const [i, vector] of vectors.entries()) views[i]?.set(vector)
  return views
}

test('the result has the bits of aggregate, wherever the vectors lie and however many there are', async () => {
  for (const d of [few, many]) {
    const vectors = normalVectors(1, n, d)
    const views = allocated(vectors)
    const [into = new Float32Array()] = aggregator.allocate(1, d)
    const every: AggregateOptions[] = [
      { rule: 'median', f: 2 },
      { rule: 'bucketing:s=2>krum', f: 1, seed: 7 },
      { rule: 'nnm>trmean', f: 2 },
      { rule: 'krum', f: 2, params: { neighbors: 'n-f-1' } },
    ]
    for (const options of every) {
      const expected = bits(aggregate(vectors, options))
      assert.deepEqual(bits(await aggregator.aggregate(vectors, options)), expected)
      assert.deepEqual(bits(await aggregator.aggregate(views, options)), expected)
      assert.equal(await aggregator.aggregate(views, { ...options, into }), into)
      assert.deepEqual(bits(into), expected)
    }
    assert.deepEqual(views.map(bits), vectors.map(bits))
    aggregator.release([...views, into])
  }
})

test('without into the result is in an ordinary array, which lives on when the vectors are released', async () => {
  const views = allocated(normalVectors(1, n, many))
  const result = await aggregator.aggregate(views, { rule: 'average', f: 0 })
  assert.ok(result.buffer instanceof ArrayBuffer)
  aggregator.release(views)
})

test('calls are served in the order in which they are made, and each gets its own result', async () => {
  const order: number[] = []
  const calls = [1, 2, 3, 4, 5].map(async (seed) => {
    const vectors = normalVectors(seed, n, many)
    const options = { rule: 'krum', f: 2 } as const
    const result = await aggregator.aggregate(vectors, options)
    order.push(seed)
    assert.deepEqual(bits(result), bits(aggregate(vectors, options)))
  })
  await Promise.all(calls)
  assert.deepEqual(order, [1, 2, 3, 4, 5])
})

test('a call that fails does not keep those behind it from being served', async () => {
  const vectors = normalVectors(1, n, many)
  const broken = normalVectors(1, n, many)
  broken[3]?.fill(Number.POSITIVE_INFINITY, 5, 6)
  const options = { rule: 'median', f: 2 } as const
  const [first, second] = await Promise.allSettled([
    aggregator.aggregate(broken, options),
    aggregator.aggregate(vectors, options),
  ])
  assert.equal(first.status === 'rejected' && first.reason.code, 'GAR_NOT_FINITE')
  assert.equal(second.status, 'fulfilled')
})

test('vectors that are released while they wait to be aggregated keep their values until they were', async () => {
  const vectors = normalVectors(1, n, many)
  const views = allocated(vectors)
  const options = { rule: 'trmean', f: 2 } as const
  const before = aggregator.aggregate(vectors, options)
  const waiting = aggregator.aggregate(views, options)
  aggregator.release(views)
  const others = aggregator.allocate(n, many)
  for (const other of others) other.fill(0)
  await before
  assert.deepEqual(bits(await waiting), bits(aggregate(vectors, options)))
  aggregator.release(others)
})

test('what is refused is refused with the code of aggregate', async () => {
  const refused: [readonly Float32Array[], AggregateOptions, string][] = [
    [[], { rule: 'median', f: 0 }, 'GAR_NO_VECTORS'],
    [normalVectors(1, 3, 2), { rule: 'median', f: 2 }, 'GAR_TOO_FEW_VECTORS'],
    [[new Float32Array(2), new Float32Array(3)], { rule: 'average', f: 0 }, 'GAR_UNEQUAL_LENGTHS'],
    [normalVectors(1, 3, 2), { rule: 'median', f: -1 }, 'GAR_BAD_F'],
    [normalVectors(1, 3, 2), { rule: 'median:odd=1', f: 1 }, 'GAR_UNKNOWN_PARAMETER'],
    [[Float32Array.of(1), Float32Array.of(Number.NaN)], { rule: 'average', f: 0 }, 'GAR_NOT_FINITE'],
  ]
  for (const [vectors, options, code] of refused) {
    assert.throws(() => aggregate(vectors, options), { code })
    await assert.rejects(aggregator.aggregate(vectors, options), { code })
  }
})

test('vectors in this memory that are not allocated are refused, and a call of theirs releases nothing', async () => {
  const views = allocated(normalVectors(1, n, few))
  const options = { rule: 'median', f: 2 } as const
  const parts = views.map((view) => view.subarray(1))
  await assert.rejects(aggregator.aggregate(parts, options), { code: 'AGGREGATOR_NOT_ALLOCATED' })
  assert.throws(() => aggregator.release([...views.slice(1), parts[0] ?? new Float32Array()]), {
    code: 'AGGREGATOR_NOT_ALLOCATED',
    problem: { code: 'AGGREGATOR_NOT_ALLOCATED', position: n - 1 },
  })
  assert.equal((await aggregator.aggregate(views, options)).length, few)
  aggregator.release(views)
  await assert.rejects(aggregator.aggregate(views, options), { code: 'AGGREGATOR_NOT_ALLOCATED' })
  assert.throws(() => aggregator.release(views), { code: 'AGGREGATOR_NOT_ALLOCATED' })
})

test('the result may go neither to an input nor to a vector of another length or another memory', async () => {
  const views = allocated(normalVectors(1, n, few))
  const short = aggregator.allocate(1, few - 1)
  for (const into of [views[0], short[0], new Float32Array(few)])
    await assert.rejects(aggregator.aggregate(views, { rule: 'median', f: 2, into }), {
      code: 'AGGREGATOR_BAD_RESULT',
    })
  aggregator.release([...views, ...short])
})

test('allocated vectors lie apart, on lines of their own, and not all on the same lines of a cache', async () => {
  const own = createAggregator({ threads: 1 })
  const views = own.allocate(64, 4096)
  const offsets = views.map(({ byteOffset }) => byteOffset)
  assert.ok(offsets.every((offset) => offset % 64 === 0))
  assert.equal(new Set(offsets.map((offset) => offset % 4096)).size, 64)
  const sorted = offsets.toSorted((a, b) => a - b)
  assert.ok(sorted.slice(1).every((offset, i) => offset - (sorted[i] ?? 0) >= 4 * 4096))
  await own.close()
})

test('sizes and numbers of threads that make no sense are refused', () => {
  for (const [rows, d] of [
    [0, 1],
    [1, 0],
    [1.5, 2],
    [1, -1],
  ] as const)
    assert.throws(() => aggregator.allocate(rows, d), { code: 'AGGREGATOR_BAD_SIZE' })
  for (const d of [2 ** 30, 2 ** 35, 2 ** 37 + 5, Number.MAX_SAFE_INTEGER])
    assert.throws(() => aggregator.allocate(2, d), { code: 'AGGREGATOR_MEMORY_FULL' })
  // None of these has left anything behind.
  const vectors = aggregator.allocate(2, 100)
  assert.ok(vectors.every(({ byteOffset, length }) => byteOffset > 0 && length === 100))
  aggregator.release(vectors)
  for (const threads of [0, -1, 1.5, 65, Number.NaN])
    assert.throws(() => createAggregator({ threads }), { code: 'AGGREGATOR_BAD_THREADS' })
})

test('closing ends what waits and what runs, and nothing can be begun any more', async () => {
  const own = createAggregator({ threads: 2 })
  const vectors = normalVectors(1, n, many)
  const options = { rule: 'median', f: 2 } as const
  const calls = [own.aggregate(vectors, options), own.aggregate(vectors, options)]
  const outcomes = Promise.allSettled(calls)
  await own.close()
  for (const outcome of await outcomes)
    assert.equal(outcome.status === 'rejected' && outcome.reason.code, 'AGGREGATOR_CLOSED')
  await assert.rejects(own.aggregate(vectors, options), { code: 'AGGREGATOR_CLOSED' })
  assert.throws(() => own.allocate(1, 1), { code: 'AGGREGATOR_CLOSED' })
  await own[Symbol.asyncDispose]()
})
