import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Arena } from '../../src/aggregator/arena.ts'
import { drive } from '../../src/aggregator/drive.ts'
import { WorkerPool } from '../../src/aggregator/worker-pool.ts'
import { defaultKernels } from '../../src/gar/kernels/default-kernels.ts'
import { stripeLength } from '../../src/gar/kernels/kernels.ts'
import { bits } from '../gar/helpers.ts'
import { caseFor, everyRule } from './helpers.ts'

/** So small that a few stripes make several windows. */
const windowBytes = 1

for (const threads of [1, 2, 3]) {
  const arena = new Arena()
  const pool = new WorkerPool(threads, { memory: arena.memory, kernels: defaultKernels().name })
  after(() => pool.close())
  /** Three windows on one thread, so that the memory of the first is used again; else two. */
  const last = (threads === 1 ? 9 : 4 * threads + 1) * stripeLength + 5

  for (const text of everyRule)
    test(`${threads} threads, ${text}: the bits are those of one call on this thread`, async () => {
      for (const d of threads === 2 ? [1, stripeLength - 1, stripeLength, stripeLength + 1, last] : [last]) {
        const { pipeline, vectors, f, given } = caseFor(text, d)
        const expected = bits(pipeline.aggregate(vectors, f, given()))
        const there = vectors.map((vector) => {
          const view = arena.floats(arena.allocate(4 * d), d)
          view.set(vector)
          return view
        })
        const into = arena.floats(arena.allocate(4 * d), d)
        // Allocated, in ordinary arrays, and some of each.
        for (const rows of [
          there,
          vectors,
          vectors.map((vector, i) => (i % 2 ? vector : (there[i] ?? vector))),
        ]) {
          const prepared = pipeline.prepare(rows, f, given())
          assert.deepEqual(bits(await drive({ ...prepared, arena, pool, windowBytes })), expected)
        }
        const prepared = pipeline.prepare(there, f, given())
        assert.equal(await drive({ ...prepared, arena, pool, windowBytes, into }), into)
        assert.deepEqual(bits(into), expected)
        for (const view of [...there, into]) arena.release(view.byteOffset)
        assert.equal(arena.usedBytes, 0)
      }
    })
}
