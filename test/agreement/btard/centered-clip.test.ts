/** CenteredClip to its fixed point: against the specification's numbers, the rule of the table, and what a liar can do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { centeredClip, clipFactor, distanceOf } from '../../../src/agreement/btard/centered-clip.ts'
import { parseRule } from '../../../src/gar/pipeline.ts'
import { seededRandom } from '../../../src/util/prng.ts'

/** The seven vectors of the golden numbers, the last a liar's. */
const seven = [
  [1, 1],
  [1.2, 0.9],
  [0.9, 1.1],
  [1.1, 1.2],
  [0.8, 0.9],
  [1, 0.8],
  [10, -10],
].map((row) => Float32Array.from(row))

function close(actual: ArrayLike<number>, expected: readonly number[], tolerance: number) {
  for (const [k, x] of expected.entries())
    assert.ok(Math.abs((actual[k] ?? Number.NaN) - x) <= tolerance, `${actual[k]} for ${x}`)
}

/** Sum of the clipped differences: zero at a fixed point. */
function residual(vectors: readonly Float32Array[], center: Float32Array, tau: number): number {
  const sum = new Float64Array(center.length)
  for (const vector of vectors) {
    const factor = clipFactor(distanceOf(vector, center), tau)
    for (const [k, x] of vector.entries()) sum[k] = (sum[k] ?? 0) + factor * (x - (center[k] ?? 0))
  }
  return Math.hypot(...sum)
}

test('three iterations from the median come to the numbers that were computed elsewhere', () => {
  // An independent script: tau = 1, start = the coordinate-wise median (1, 0.9).
  close(centeredClip(seven, { tau: 1, iterations: 3 }), [1.105351, 0.854571], 1e-6)
})

test('the same iterations as the rule centeredclipping takes from the same start', () => {
  const random = seededRandom(1, 'clip')
  for (const n of [1, 4, 7]) {
    const vectors = Array.from({ length: n }, () => Float32Array.from({ length: 9 }, () => random.normal()))
    const start = parseRule('median').aggregate(vectors, 0)
    for (const L of [1, 5]) {
      const rule = parseRule(`centeredclipping:m0=start,L=${L},tau=0.7`)
      const due = rule.aggregate(vectors, 0, { start })
      close(centeredClip(vectors, { tau: 0.7, iterations: L }), [...due], 1e-6)
    }
  }
})

test('it ends at a fixed point: the clipped differences sum to zero, and a step leads nowhere', () => {
  const random = seededRandom(2, 'clip')
  for (let i = 0; i < 50; i++) {
    const vectors = Array.from({ length: 9 }, (_, j) =>
      Float32Array.from({ length: 12 }, () => (j < 2 ? 50 : 0) + 0.2 * random.normal()),
    )
    const center = centeredClip(vectors, { tau: 1 })
    assert.ok(residual(vectors, center, 1) <= 9 * 1.1e-6, `${residual(vectors, center, 1)}`)
  }
})

test('b liars move it by no more than b tau/h, wherever they are, while honest vectors are within tau', () => {
  const random = seededRandom(3, 'clip')
  const [h, b, tau] = [7, 2, 1]
  for (let i = 0; i < 100; i++) {
    const honest = Array.from({ length: h }, () =>
      Float32Array.from({ length: 5 }, () => 0.1 * random.normal()),
    )
    const mean = Float32Array.from(
      { length: 5 },
      (_, k) => honest.reduce((sum, x) => sum + (x[k] ?? 0), 0) / h,
    )
    const far = 10 ** (6 * random.uniform() - 2)
    const liars = Array.from({ length: b }, () =>
      Float32Array.from({ length: 5 }, () => far * random.normal()),
    )
    const moved = distanceOf(centeredClip([...honest, ...liars], { tau }), mean)
    assert.ok(moved <= (b * tau) / h + 1e-5, `${moved} by liars at ${far}`)
  }
})

test('vectors without coordinates, one vector, and equal ones come to themselves', () => {
  assert.deepEqual(centeredClip([new Float32Array(), new Float32Array()], { tau: 1 }), new Float32Array())
  const one = Float32Array.of(3, -1e30, 0.1)
  for (const count of [1, 2, 5])
    assert.deepEqual(
      centeredClip(
        Array.from({ length: count }, () => one),
        { tau: 0.1 },
      ),
      one,
    )
})
