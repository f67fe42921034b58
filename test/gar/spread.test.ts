import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { boxDiagonal, diameter, radius, ranges } from '../../src/gar/spread.ts'
import { scenes, vectorsOf } from './helpers.ts'

const origin = Float32Array.of(0, 0)
/** At distances 5, 13, 0 and 10 of the origin; the farthest pair is (5, -12), (-6, 8). */
const vectors = vectorsOf([
  [3, 4],
  [5, -12],
  [0, 0],
  [-6, 8],
])

it('the radius is the keep-th smallest distance from the center', () => {
  assert.deepEqual(
    [1, 2, 3, 4].map((keep) => radius(origin, vectors, keep)),
    [0, 5, 10, 13],
  )
})

it('a radius that would hold none, a part of one or more than there are is refused', () => {
  for (const keep of [0, 1.5, 5, Number.NaN]) {
    assert.throws(() => radius(origin, vectors, keep), { code: 'GAR_BAD_KEEP' })
  }
})

it('the diameter is the largest distance between two', () => {
  assert.equal(diameter(vectors), Math.hypot(11, 20))
  assert.equal(diameter([origin]), 0)
})

it('ranges and the diagonal of their box are per coordinate', () => {
  assert.deepEqual(ranges(vectors), Float64Array.of(11, 20))
  assert.equal(boxDiagonal(vectors), Math.hypot(11, 20))
  assert.equal(boxDiagonal([origin]), 0)
})

it('each range is the greatest less the least value, whatever the vectors are', () => {
  fc.assert(
    fc.property(scenes(), ({ vectors }) => {
      for (const [k, range] of ranges(vectors).entries()) {
        const values = vectors.map((vector) => vector[k] as number)
        assert.equal(range, Math.max(...values) - Math.min(...values))
      }
    }),
  )
})

it('a spread beyond float32 is still finite', () => {
  assert.deepEqual(ranges(vectorsOf([[-3e38], [3e38]])), Float64Array.of(2 * Math.fround(3e38)))
})

it('vectors are within the box, and the box within sqrt(d) diameters', () => {
  fc.assert(
    fc.property(scenes(), ({ vectors }) => {
      const d = (vectors[0] as Float32Array).length
      const [wide, box] = [diameter(vectors), boxDiagonal(vectors)]
      assert.ok(wide <= box * (1 + 1e-12) && box <= Math.sqrt(d) * wide * (1 + 1e-12))
    }),
  )
})

it('spreads refuse what rules refuse', () => {
  const uneven = vectorsOf([[1, 2], [1]])
  for (const spread of [diameter, boxDiagonal, ranges]) {
    assert.throws(() => spread(uneven), { code: 'GAR_UNEQUAL_LENGTHS' })
    assert.throws(() => spread([]), { code: 'GAR_NO_VECTORS' })
  }
  assert.throws(() => radius(Float32Array.of(1), vectors, 1), { code: 'GAR_UNEQUAL_LENGTHS' })
})
