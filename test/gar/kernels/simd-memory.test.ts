/** Where the SIMD kernels read, write, and keep what they need. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { seededRandom } from '../../../src/util/prng.ts'
import { createSharedMemory } from '../../../src/util/webassembly.ts'
import { bits, normalVectors } from '../helpers.ts'
import {
  assertCombines,
  assertReduces,
  combinationsOf,
  inShared,
  reductionsOf,
  simd,
} from './simd-helpers.ts'

it('the memory that they take does not depend on the length of the vectors', () => {
  const memory = createSharedMemory(1, 65_536)
  const kernels = simd(memory)
  const use = (n: number, d: number) => {
    const random = seededRandom(1)
    const rows = { vectors: normalVectors(1, n, d), mixes: [] }
    for (const combination of combinationsOf(n, random)) assertCombines(kernels, combination, rows)
    for (const reduction of reductionsOf(n, random)) assertReduces(kernels, reduction, rows)
    return memory.buffer.byteLength
  }
  const atFirst = use(10, 20_000)
  for (const d of [1, 20_000, 60_000]) assert.equal(use(10, d), atFirst)
  // 100 rows of 1,024 float64s are 820 KB; with copies, and what was outgrown, a few times as much.
  let last = 0
  for (let n = 10; n <= 100; n += 10) last = use(n, 3000)
  assert.ok(last <= 8 * 2 ** 20, `${last} bytes`)
  assert.equal(use(100, 3000), last)
})

it('vectors in a memory that has grown since are still read where they lie', () => {
  const { memory, vectors } = inShared(normalVectors(2, 5, 2048))
  const kernels = simd(memory)
  // The first call grows the memory for what it needs itself; then the views are of a buffer of before.
  assertReduces(kernels, { kind: 'squared-distances' }, { vectors, mixes: [] })
  assert.notEqual(memory.buffer, vectors[0]?.buffer)
  assertReduces(kernels, { kind: 'squared-distances' }, { vectors, mixes: [] })
  assertCombines(kernels, { kind: 'rank-mean', from: 1, to: 4 }, { vectors, mixes: [] })
})

it('nothing is written but the result, and of it only the coordinates that were asked for', () => {
  const n = 6
  const { memory, vectors, result } = inShared(normalVectors(3, n, 3001), 3)
  const kernels = simd(memory)
  const before = vectors.map(bits)
  const untouched = new Float32Array(memory.buffer, n * 3004 * 4, 3004).fill(7)
  for (const combination of combinationsOf(n, seededRandom(5))) {
    result.fill(7)
    assert.ok(kernels.combine(combination, { vectors, mixes: [] }, 1024, 3000, result))
    assert.ok(result.subarray(0, 1024).every((value) => value === 7))
    assert.ok(untouched.subarray(3000).every((value) => value === 7))
  }
  assert.deepEqual(vectors.map(bits), before)
})

it('two instances over one memory do not disturb each other', () => {
  const { memory, vectors } = inShared(normalVectors(4, 30, 1500))
  const [one, other] = [simd(memory), simd(memory)]
  const rows = { vectors, mixes: [] }
  for (let repeat = 0; repeat < 2; repeat++) {
    assertCombines(one, { kind: 'nearest-mean', from: 15, to: 16, keep: 20 }, rows)
    assertReduces(other, { kind: 'squared-distances' }, rows)
    assertReduces(one, { kind: 'squared-distances' }, rows)
  }
})
