/** What the mesh is told of the tags of two-server aggregation. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeTwoServer } from '../../../src/agreement/two-server/describe.ts'
import { defaultFixedPoint } from '../../../src/agreement/two-server/range.ts'

test('no tag is described that is not used, and every size is exact', () => {
  const describe = describeTwoServer(10, { workers: 3, fixedPoint: defaultFixedPoint })
  const tag = { step: 1, phase: 'share', kind: 'rest', hop: 0 }
  assert.equal(describe(tag)?.maxBytes, 80)
  assert.equal(describe(tag)?.codec.byteLength, 80)
  assert.equal(describe(tag)?.audience, 'recipients')
  assert.equal(describe({ ...tag, hop: 1 }), undefined)
  assert.equal(describe({ ...tag, origin: 'p000' }), undefined)
  assert.equal(describe({ ...tag, part: 0 }), undefined)
  assert.equal(describe({ ...tag, kind: 'have' }), undefined)
  assert.ok(describe({ ...tag, kind: 'have', part: 2 }))
  assert.equal(describe({ ...tag, kind: 'have', part: 3 }), undefined)
  assert.equal(describe({ ...tag, phase: 'gradient', kind: 'value' }), undefined)
  assert.equal(describe({ ...tag, phase: 'result', kind: 'value' })?.audience, 'all')
  const unchecked = describeTwoServer(10, {
    workers: 3,
    fixedPoint: defaultFixedPoint,
    checksRange: false,
  })
  assert.equal(unchecked({ ...tag, phase: 'check' }), undefined)
  assert.ok(unchecked({ ...tag, phase: 'ready', kind: 'word' }))
})
