import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coordinateWise } from '../../src/gar/coordinate-wise.ts'
import { ownRule } from '../../src/gar/own-rule.ts'
import { parseRule } from '../../src/gar/pipeline.ts'

const vectors = [
  [1, 0],
  [2, 1],
  [3, 8],
  [4, 2],
  [90, 3],
].map((vector) => Float32Array.from(vector))

const trimmed = coordinateWise(({ n, f }) => ({ kind: 'rank-mean', from: f, to: n - f }))

test('a rule of one’s own that does as a rule of the table gives the same bits, with and without pre-aggregators', () => {
  for (const after of [undefined, 'nnm']) {
    const own = ownRule({ name: 'mine', run: trimmed, ...(after === undefined ? {} : { after }) })
    const table = parseRule(after === undefined ? 'trmean' : `${after}>trmean`)
    assert.deepEqual(own.aggregate(vectors, 1), table.aggregate(vectors, 1))
    assert.equal(own.text, after === undefined ? 'mine' : 'nnm>mine')
  }
})

test('its bound is held as that of any rule', () => {
  const own = ownRule({ name: 'mine', needs: { slope: 4, offset: 2 }, run: trimmed })
  assert.equal(own.bound, 'n >= 4f+2')
  assert.equal(own.minimum(1), 6)
  assert.throws(() => own.aggregate(vectors, 1), { code: 'GAR_TOO_FEW_VECTORS' })
})

test('only pre-aggregators may come before it', () => {
  assert.throws(() => ownRule({ name: 'mine', after: 'krum', run: trimmed }), { code: 'GAR_WRONG_PLACE' })
})
