import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Arena, alignment } from '../../src/aggregator/arena.ts'

const pageBytes = 2 ** 16

test('blocks are aligned, do not overlap, and keep what is written to them while the memory grows', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ floats: fc.integer({ min: 1, max: 100_000 }), release: fc.boolean() }), {
        maxLength: 40,
      }),
      (wanted) => {
        const arena = new Arena()
        const kept: Float32Array[] = []
        for (const [mark, { floats, release }] of wanted.entries()) {
          const address = arena.allocate(floats * 4)
          assert.equal(address % alignment, 0)
          const view = arena.floats(address, floats).fill(mark)
          if (release) arena.release(address)
          else kept.push(view)
        }
        for (const view of kept) assert.ok(view.every((value) => value === view[0]))
        assert.equal(new Set(kept.map((view) => view[0])).size, kept.length)
        assert.ok(kept.every((view) => arena.blockOf(view) === view.byteOffset))
        for (const view of kept) arena.release(view.byteOffset)
        assert.equal(arena.usedBytes, 0)
      },
    ),
    { numRuns: 30 },
  )
})

test('views from before a growth are of the same memory', () => {
  const arena = new Arena()
  const address = arena.allocate(64)
  const before = arena.floats(address, 16)
  const { buffer } = arena.memory
  arena.allocate(100 * pageBytes)
  assert.notEqual(arena.memory.buffer, buffer)
  const after = arena.floats(address, 16)
  after[3] = 7
  assert.equal(before[3], 7)
  assert.ok(arena.contains(before) && arena.contains(after))
  assert.ok(!arena.contains(new Float32Array(4)))
})

test('memory that was given back is used again before the memory grows', () => {
  const arena = new Arena()
  arena.release(arena.allocate(3 * pageBytes))
  const { byteLength } = arena.memory.buffer
  for (let i = 0; i < 100; i++) arena.release(arena.allocate(100 * pageBytes))
  assert.equal(arena.memory.buffer.byteLength, byteLength)
})

test('what others grow the memory by is theirs', () => {
  const arena = new Arena()
  const first = arena.allocate(pageBytes / 2)
  const theirs = arena.memory.grow(3) * pageBytes
  const blocks = Array.from({ length: 8 }, () => arena.allocate(2 ** 23))
  assert.ok(blocks.every((address) => address + 2 ** 23 <= theirs || address >= theirs + 3 * pageBytes))
  assert.equal(new Set([first, ...blocks]).size, 9)
  const view = arena.floats(first, 4)
  arena.memory.grow(1)
  assert.ok(arena.contains(view) && arena.contains(new Float32Array(arena.memory.buffer, first, 4)))
})

test('where the memory is full it says how much is wanted and taken, and what was there stays', () => {
  const arena = new Arena({ maxPages: 2 })
  const address = arena.allocate(pageBytes)
  const wantedBytes = pageBytes + alignment
  assert.throws(() => arena.allocate(wantedBytes), {
    code: 'AGGREGATOR_MEMORY_FULL',
    problem: { code: 'AGGREGATOR_MEMORY_FULL', wantedBytes, usedBytes: pageBytes },
  })
  arena.release(address)
  assert.ok(arena.allocate(wantedBytes) > 0)
})

test('a block that is in use is not given to others until the last user lets it go', () => {
  const arena = new Arena()
  const address = arena.allocate(64)
  const view = arena.floats(address, 16)
  arena.use(address)
  arena.use(address)
  arena.release(address)
  assert.equal(arena.blockOf(view), undefined)
  arena.letGo(address)
  assert.notEqual(arena.allocate(64), address)
  arena.letGo(address)
  assert.equal(arena.allocate(64), address)
})

test('only the beginning of a block, and no more than the block, counts as allocated', () => {
  const arena = new Arena()
  const address = arena.allocate(64)
  assert.equal(arena.blockOf(arena.floats(address, 16)), address)
  assert.equal(arena.blockOf(arena.floats(address, 8)), address)
  assert.equal(arena.blockOf(arena.floats(address + 4, 8)), undefined)
  assert.equal(arena.blockOf(arena.floats(address, 17)), undefined)
  assert.equal(arena.blockOf(new Float32Array(16)), undefined)
})
