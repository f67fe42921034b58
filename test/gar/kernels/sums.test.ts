import assert from 'node:assert/strict'
import { it } from 'node:test'
import { combined, normalVectors, squaredDistances, vectorsOf } from '../helpers.ts'

it('squared distances are symmetric, zero to oneself, and right across blocks', () => {
  for (const d of [1, 3, 4, 1024, 2501]) {
    const n = 4
    const vectors = normalVectors(d, n, d)
    const distances = squaredDistances(vectors)
    for (let i = 0; i < n; i++) {
      assert.equal(distances[i * n + i], 0)
      for (let j = 0; j < n; j++) {
        const [a, b] = [vectors[i] as Float32Array, vectors[j] as Float32Array]
        const expected = a.reduce((sum, value, k) => sum + (value - (b[k] as number)) ** 2, 0)
        assert.equal(distances[i * n + j], distances[j * n + i])
        assert.ok(Math.abs((distances[i * n + j] as number) - expected) <= 1e-12 * expected)
      }
    }
  }
})

it('a small distance between large vectors is not lost', () => {
  const large = new Float32Array(50_000).fill(1000)
  const near = large.slice()
  near[12_345] = 1000.25
  // |large|^2 is 5e10, so a float32 of it, or of an inner product, is off by thousands.
  assert.equal(squaredDistances([large, near])[1], 0.0625)
})

it('a mean is summed in float64: a small term among large ones counts', () => {
  const vectors = vectorsOf([[1e8], [1], [-1e8], [2]])
  assert.deepEqual([...combined({ kind: 'mean', positions: [0, 1, 2, 3] }, vectors)], [0.75])
})

it('a mean of chosen vectors is right across blocks', () => {
  const vectors = normalVectors(2, 5, 2500)
  const expected = Float32Array.from({ length: 2500 }, (_, k) => {
    return [1, 2, 4].reduce((sum, i) => sum + ((vectors[i] as Float32Array)[k] as number), 0) / 3
  })
  assert.deepEqual(combined({ kind: 'mean', positions: [1, 2, 4] }, vectors), expected)
})
