/** Small complex least squares. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  at,
  type ComplexVector,
  innerProduct,
  magnitude,
  norm,
  vectorOf,
} from '../../../src/agreement/draco/complex.ts'
import { leastSquares, residual } from '../../../src/agreement/draco/least-squares.ts'
import { seededRandom } from '../../../src/util/prng.ts'

function drawn(rows: number, columns: number, seed: number): ComplexVector[] {
  const random = seededRandom(seed, 'columns')
  const entry = () => ({ re: random.normal(), im: random.normal() })
  return Array.from({ length: columns }, () => vectorOf(Array.from({ length: rows }, entry)))
}

test('what is left over is orthogonal to every column', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 4 }),
      fc.nat(),
      (width, more, seed) => {
        const columns = drawn(width + more, width, seed)
        const [target] = drawn(width + more, 1, seed + 1) as [ComplexVector]
        const rest = residual(columns, target, leastSquares(columns, target, 0))
        for (const column of columns)
          assert.ok(magnitude(innerProduct(column, rest)) < 1e-9 * norm(column) * norm(target))
      },
    ),
    { seed: 1 },
  )
})

test('columns that say nothing new get 0, and the rest explains the target all the same', () => {
  const [a, b] = drawn(5, 2, 3) as [ComplexVector, ComplexVector]
  const twice = { re: a.re.map((x) => 2 * x), im: a.im.map((x) => 2 * x) }
  const solution = leastSquares([a, twice, b], b, 1e-9)
  assert.deepEqual(at(solution, 0), { re: 0, im: 0 })
  assert.ok(norm(residual([a, twice, b], b, solution)) < 1e-12)
})

test('i times a column is found as i, and zeros are explained by nothing', () => {
  const column = vectorOf([
    { re: 1, im: 0 },
    { re: 0, im: 1 },
  ])
  const turned = vectorOf([
    { re: 0, im: 1 },
    { re: -1, im: 0 },
  ])
  const { re, im } = at(leastSquares([column], turned, 0), 0)
  assert.ok(Math.abs(re) < 1e-15 && Math.abs(im - 1) < 1e-15)
  const zero = vectorOf([{ re: 0, im: 0 }])
  assert.deepEqual(at(leastSquares([zero], zero, 0), 0), { re: 0, im: 0 })
})
