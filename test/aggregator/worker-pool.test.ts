import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arena } from '../../src/aggregator/arena.ts'
import { drive } from '../../src/aggregator/drive.ts'
import { type Order, WorkerPool } from '../../src/aggregator/worker-pool.ts'
import { ownRule } from '../../src/gar/own-rule.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import { normalVectors } from '../gar/helpers.ts'

const died = { code: 'AGGREGATOR_WORKER_DIED' }
const closed = { code: 'AGGREGATOR_CLOSED' }

function setUp(threads: number) {
  const arena = new Arena()
  const pool = new WorkerPool(threads, { memory: arena.memory, kernels: 'reference' })
  /** Adds up one row of `length` coordinates. */
  const order = (position = 0): Order => {
    const length = 5
    return {
      task: { kind: 'combine', combination: { kind: 'copy', position } },
      mixes: [],
      checked: false,
      rows: [arena.allocate(length * 4)],
      valid: undefined,
      length,
      target: arena.allocate(length * 4),
      counter: arena.allocate(4),
    }
  }
  return { arena, pool, order }
}

/** A position that no row has makes the thread throw. */
const nowhere = 99

test('a thread that dies rejects what is pending, and every later job, and close still ends', async () => {
  const { pool, order } = setUp(3)
  const jobs = [pool.run(order()), pool.run(order(nowhere)), pool.run(order())]
  const outcomes = await Promise.allSettled(jobs)
  assert.deepEqual(
    outcomes.slice(1).map((outcome) => outcome.status === 'rejected' && outcome.reason.code),
    [died.code, died.code],
  )
  await assert.rejects(pool.run(order()), died)
  await pool.close()
  await assert.rejects(pool.run(order()), died)
})

test('a rule whose thread dies is rejected, and the memory that it took is free again', async () => {
  const { arena, pool } = setUp(2)
  const broken = ownRule({
    name: 'broken',
    // biome-ignore lint/correctness/useYield: a rule that asks nothing
    *run() {
      return { kind: 'copy', position: nowhere }
    },
  })
  const vectors = normalVectors(1, 3, 40_000)
  await assert.rejects(drive({ ...broken.prepare(vectors, 1), arena, pool }), died)
  assert.equal(arena.usedBytes, 0)
  await pool.close()
})

test('closing rejects what is pending, and may be repeated', async () => {
  const { pool, order } = setUp(2)
  const pending = assert.rejects(pool.run(order()), closed)
  const closing = pool.close()
  await assert.rejects(pool.run(order()), closed)
  await Promise.all([pending, closing, pool.close()])
})

test('a run that is under way when the pool is closed is rejected after all threads have stopped', async () => {
  const { arena, pool } = setUp(2)
  const vectors = normalVectors(1, 5, 100_000)
  const running = drive({ ...parseRule('nnm>trmean').prepare(vectors, 1), arena, pool, windowBytes: 1 })
  const rejected = assert.rejects(running, closed)
  await Promise.all([pool.close(), rejected])
  assert.equal(arena.usedBytes, 0)
})

test('a value that is not finite is named with its place, and the pool goes on', async () => {
  const { arena, pool } = setUp(2)
  const vectors = normalVectors(1, 5, 100_000)
  const [, second = new Float32Array()] = vectors
  second[70_003] = Number.NaN
  const problem = { position: 1, coordinate: 70_003, value: Number.NaN }
  for (const text of ['median', 'krum', 'geomed'])
    await assert.rejects(drive({ ...parseRule(text).prepare(vectors, 1), arena, pool, windowBytes: 1 }), {
      code: 'GAR_NOT_FINITE',
      problem: { code: 'GAR_NOT_FINITE', ...problem },
    })
  second[70_003] = 1
  const result = await drive({ ...parseRule('median').prepare(vectors, 1), arena, pool })
  assert.equal(result.length, 100_000)
  assert.equal(arena.usedBytes, 0)
  await pool.close()
})
