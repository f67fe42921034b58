import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Arm, spreadOf } from '../../src/chart/spread.ts'

const arm = (...seeds: (number | null)[][]): Arm => ({ name: 'a', x: [1, 2, 3, 4], seeds })

test('the line is the mean or the median, the band goes from the least to the greatest seed', () => {
  const seeds = arm([1, 1, 1, 1], [2, 2, 2, 2], [9, 9, 9, 9])
  assert.deepEqual(spreadOf(seeds, 'mean')[0]?.[0], { x: 1, low: 1, middle: 4, high: 9 })
  assert.deepEqual(spreadOf(seeds, 'median')[0]?.[0], { x: 1, low: 1, middle: 2, high: 9 })
  assert.equal(spreadOf(arm([1, 1, 1, 1], [2, 2, 2, 2]), 'median')[0]?.[0]?.middle, 1.5)
})

test('where one seed is missing there is a gap, and no mean over the survivors', () => {
  const runs = spreadOf(arm([1, 1, 1, 1], [2, null, 2, 2]), 'mean')
  assert.deepEqual(
    runs.map((run) => run.map(({ x }) => x)),
    [[1], [3, 4]],
  )
})

test('null, NaN, infinities and what is beyond 1e100 are missing; nothing left is no run', () => {
  const missing = [null, Number.NaN, Number.POSITIVE_INFINITY, 1e200]
  assert.deepEqual(spreadOf(arm(missing), 'mean'), [])
  assert.equal(spreadOf(arm([0, Number.NaN, 0, Number.NEGATIVE_INFINITY]), 'mean').length, 2)
})
