/** The cyclic code by itself: its weights against the definition, and its conditioning. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  add,
  addMultiple,
  at,
  type Complex,
  type ComplexVector,
  complexVector,
  magnitude,
  multiply,
  rootOfUnity,
  vectorOf,
} from '../../../src/agreement/draco/complex.ts'
import { cyclicCode, cyclicParts, encodeRow } from '../../../src/agreement/draco/cyclic-code.ts'
import { traces } from '../../../src/agreement/draco/cyclic-locate.ts'
import { leastSquares } from '../../../src/agreement/draco/least-squares.ts'

const sizes = [
  [3, 1],
  [5, 2],
  [7, 2],
  [9, 1],
  [11, 3],
  [15, 2],
  [15, 3],
  [20, 4],
] as const

/** C[p][q] = w^(pq)/sqrt(n). */
function fourier(n: number, p: number, q: number): Complex {
  const { re, im } = rootOfUnity(-p * q, n)
  return { re: re / Math.sqrt(n), im: im / Math.sqrt(n) }
}

/** Column `batch` of W as it is defined: in the span of C1, 1 at its first column, 0 where nobody holds the batch. */
function definedColumn(n: number, s: number, batch: number): ComplexVector {
  const width = n - 2 * s
  const strangers = Array.from({ length: n }, (_, p) => p).filter((p) => (batch - p + n) % n > 2 * s)
  const columns = Array.from({ length: width - 1 }, (_, q) =>
    vectorOf(strangers.map((p) => fourier(n, p, q + 1))),
  )
  const target = vectorOf(strangers.map((p) => multiply({ re: -1, im: 0 }, fourier(n, p, 0))))
  const y = leastSquares(columns, target, 0)
  const column = vectorOf(Array.from({ length: n }, (_, p) => fourier(n, p, 0)))
  for (let q = 1; q < width; q++)
    addMultiple(column, at(y, q - 1), vectorOf(Array.from({ length: n }, (_, p) => fourier(n, p, q))))
  return column
}

test('the weights in closed form are those of the linear systems that define the code', () => {
  for (const [n, s] of sizes) {
    const { weights } = cyclicCode(n, s)
    const largest = Math.max(...weights.map(magnitude))
    for (const batch of [0, 1, n - 1]) {
      const column = definedColumn(n, s, batch)
      for (let worker = 0; worker < n; worker++) {
        const expected = at(column, worker)
        const is = weights[(batch - worker + n) % n] ?? { re: 0, im: 0 }
        const error = Math.hypot(is.re - expected.re, is.im - expected.im)
        assert.ok(error < 1e-11 * largest, `n = ${n}, s = ${s}, worker ${worker}, batch ${batch}: ${error}`)
      }
    }
  }
})

test('the largest weights are those of the independent computation that the choice of sizes rests on', () => {
  // From the linear systems, by other code than this, to the digits that were noted.
  const noted: readonly (readonly [number, number, number, number])[] = [
    [7, 2, 1.4, 0.05],
    [9, 2, 3.9, 0.05],
    [15, 2, 34, 0.5],
    [15, 3, 24, 0.5],
    [21, 2, 148, 0.5],
    [31, 3, 2341, 0.5],
    [45, 1, 345, 0.5],
    [45, 3, 2.6e4, 500],
    [45, 5, 1.8e5, 5000],
  ]
  for (const [n, s, expected, within] of noted) {
    const largest = Math.max(...cyclicCode(n, s).weights.map(magnitude))
    assert.ok(Math.abs(largest - expected) <= within, `n = ${n}, s = ${s}: ${largest}`)
  }
})

test('what honest workers say leaves no trace in the syndromes, and every batch counts once', () => {
  for (const [n, s] of sizes) {
    const code = cyclicCode(n, s)
    const gradients = Array.from({ length: n }, (_, k) => Float32Array.of(k + 1, (-1) ** k))
    const rows = gradients.map((_, i) =>
      encodeRow(
        code,
        cyclicParts(code, i).map((part) => gradients[part] ?? new Float32Array()),
      ),
    )
    const syndrome = complexVector(2 * s)
    for (const [i, trace] of traces(code, rows.keys()).entries())
      addMultiple(syndrome, at(rows[i] ?? trace, 0), trace)
    for (let m = 0; m < 2 * s; m++) assert.ok(magnitude(at(syndrome, m)) < 1e-12 * code.gain * n * n)
    const sum = rows.reduce((total, row) => add(total, at(row, 0)), { re: 0, im: 0 })
    assert.ok(Math.abs(sum.re / Math.sqrt(n) - (n * (n + 1)) / 2) < 1e-12 * code.gain * n * n)
  }
})

test('every batch is held by 2s+1 workers', () => {
  for (const [n, s] of sizes) {
    const held = Array.from({ length: n }, (_, i) => cyclicParts({ n, s }, i)).flat()
    for (let part = 0; part < n; part++) assert.equal(held.filter((one) => one === part).length, 2 * s + 1)
  }
})

test('neighbours are the hardest to tell apart, and the separation is what the inverse of their traces amounts to', () => {
  for (const [n, s] of [
    [7, 2],
    [8, 2],
    [9, 3],
  ] as const) {
    const code = cyclicCode(n, s)
    const worst = Math.max(...subsets(n, 2 * s).map((workers) => inverseRowSum(code, workers)))
    const neighbours = inverseRowSum(
      code,
      Array.from({ length: 2 * s }, (_, i) => i),
    )
    assert.ok(neighbours > (1 - 1e-9) * worst, `n = ${n}, s = ${s}: ${neighbours} and ${worst}`)
    const bound = code.separation * Math.sqrt(n)
    assert.ok(worst <= bound * (1 + 1e-9) && worst > bound / 4, `n = ${n}, s = ${s}: ${worst} of ${bound}`)
  }
})

/** The greatest sum of magnitudes of a row of the inverse of the workers' traces. */
function inverseRowSum(code: ReturnType<typeof cyclicCode>, workers: readonly number[]): number {
  const columns = traces(code, workers)
  const sums = new Float64Array(workers.length)
  for (let m = 0; m < 2 * code.s; m++) {
    const unit = complexVector(2 * code.s)
    unit.re[m] = 1
    const column = leastSquares(columns, unit, 0)
    for (const i of workers.keys()) sums[i] = (sums[i] ?? 0) + magnitude(at(column, i))
  }
  return Math.max(...sums)
}

function subsets(n: number, size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]]
  if (n < size) return []
  return [...subsets(n - 1, size), ...subsets(n - 1, size - 1).map((subset) => [...subset, n - 1])]
}
