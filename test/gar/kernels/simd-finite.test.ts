/** Values that are not finite are seen by whichever pass comes first, wherever they are. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Rows } from '../../../src/gar/kernels/kernels.ts'
import { seededRandom } from '../../../src/util/prng.ts'
import { normalVectors } from '../helpers.ts'
import { combinationsOf, countAfter, inShared, mixesOf, reductionsOf, simd } from './simd-helpers.ts'

const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

/** Whether each combination and each reduction of the rows says that they are finite. */
function* answers(kernels: ReturnType<typeof simd>, rows: Rows): Generator<[kind: string, answer: boolean]> {
  const random = seededRandom(7)
  const n = countAfter(rows.mixes, rows.vectors.length)
  const d = rows.vectors[0]?.length ?? 0
  for (const combination of combinationsOf(n, random))
    yield [combination.kind, kernels.combine(combination, rows, 0, d, new Float32Array(d))]
  for (const reduction of reductionsOf(n, random))
    yield [reduction.kind, kernels.reduce(reduction, rows, 0, d, new Float64Array(n * n))]
}

function assertSeen(kernels: ReturnType<typeof simd>, rows: Rows, where: string): void {
  for (const [kind, answer] of answers(kernels, rows)) assert.equal(answer, false, `${kind}, ${where}`)
}

it('a value that is not finite is seen in every row, at the first, the last, and every kind of place between', () => {
  const kernels = simd()
  for (const n of [1, 2, 5, 11, 30, 66]) {
    const vectors = normalVectors(1, n, 2070)
    for (const position of new Set([0, n >> 1, n - 1])) {
      const row = vectors[position] as Float32Array
      for (const [i, k] of [0, 5, 15, 16, 1023, 1024, 2047, 2048, 2063, 2064, 2067, 2069].entries()) {
        const before = row[k] as number
        row[k] = bad[i % bad.length] as number
        assertSeen(kernels, { vectors, mixes: [] }, `row ${position} of ${n}, coordinate ${k}`)
        row[k] = before
      }
    }
  }
})

it('it is seen before rows are mixed, in rows that no mix takes as well', () => {
  const kernels = simd()
  const vectors = normalVectors(2, 6, 40)
  const row = vectors[5] as Float32Array
  row[39] = Number.NaN
  assertSeen(kernels, { vectors, mixes: [{ kind: 'means', of: [[0], [1, 2]] }] }, 'means')
  for (const mixes of mixesOf(6, seededRandom(3))) assertSeen(kernels, { vectors, mixes }, 'mixed')
})

it('it is seen in shared memory, and what lies behind the end of a vector is not', () => {
  const { memory, vectors } = inShared(normalVectors(3, 6, 1030), 2)
  const kernels = simd(memory)
  const all = new Float32Array(memory.buffer)
  for (const i of vectors.keys()) all[i * 1032 + 1030] = Number.NaN
  for (const [kind, answer] of answers(kernels, { vectors, mixes: [] })) assert.ok(answer, kind)
  ;(vectors[4] as Float32Array)[1029] = Number.NaN
  assertSeen(kernels, { vectors, mixes: [] }, 'the last of a vector')
})

it('the greatest finite number is finite, and rows that are said to be checked are not looked at', () => {
  const kernels = simd()
  const greatest = [1, -1].map((sign) => new Float32Array(20).fill(sign * 3.4028235e38))
  for (const [kind, answer] of answers(kernels, { vectors: greatest, mixes: [] })) assert.ok(answer, kind)
  const vectors = [Float32Array.of(Number.NaN), Float32Array.of(1)]
  for (const [kind, answer] of answers(kernels, { vectors, mixes: [], checked: true }))
    assert.ok(answer, kind)
})
