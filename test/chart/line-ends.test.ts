import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nameSpacing, placeNames } from '../../src/chart/line-ends.ts'

test('names keep their distance, the order of their lines, and stay within the plot', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 12 }),
      (ends) => {
        const places = placeNames(ends, 6, 300)
        if (places === undefined) return
        const order = ends.map((_, i) => i).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0))
        for (const [k, i] of order.entries()) {
          const [place, before] = [places[i] ?? 0, order[k - 1]]
          assert.ok(place >= 6 && place <= 300)
          if (before === undefined) continue
          assert.ok(place - (places[before] ?? 0) >= nameSpacing - 1e-9)
          assert.ok((ends[before] ?? 0) <= (ends[i] ?? 0))
        }
      },
    ),
  )
})

test('names whose lines end apart stand exactly beside them, and those of one end share the shift', () => {
  assert.deepEqual(placeNames([200, 20, 100], 6, 300), [200, 20, 100])
  assert.deepEqual(placeNames([100, 100], 6, 300), [100 - nameSpacing / 2, 100 + nameSpacing / 2])
})

test('names that would end up too far from their lines, or find no room at all, are not placed', () => {
  assert.equal(placeNames(new Array<number>(10).fill(150), 6, 300), undefined)
  assert.equal(placeNames([1, 2, 3], 0, 20), undefined)
})
