import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DotsRow, type DotsSpec, dots } from '../../src/chart/dots.ts'
import { all, assertReadable, textsOf } from './picture.ts'

const picture = (rows: readonly DotsRow[], rest: Partial<DotsSpec> = {}): DotsSpec => ({
  title: 'test error',
  value: { title: 'error', scale: 'log' },
  reference: 'nobody attacks',
  series: ['ipm', 'alie'],
  rows,
  ...rest,
})

const row = { label: 'a', reference: 0.1, values: [0.1, 0.1] } as const

test('equal values of a row are dots in lanes of their own, at the bar of the row', () => {
  const root = assertReadable(dots(picture([row])))
  const circles = all(root, 'circle').map(({ attributes }) => attributes)
  assert.equal(circles.length, 2)
  assert.equal(circles[0]?.cx, circles[1]?.cx)
  assert.ok(Number(circles[1]?.cy) - Number(circles[0]?.cy) >= 2 * Number(circles[0]?.r))
})

test('dots lie in the order of their values, and rows below each other', () => {
  const svg = dots(
    picture([
      { ...row, values: [0.2, 0.9] },
      { ...row, label: 'b', values: [0.4, 0.05] },
    ]),
  )
  const at = all(assertReadable(svg), 'circle').map(({ attributes }) => attributes)
  const order = (axis: 'cx' | 'cy') =>
    at.map((_, i) => i).toSorted((a, b) => Number(at[a]?.[axis]) - Number(at[b]?.[axis]))
  assert.deepEqual(order('cx'), [3, 0, 2, 1])
  assert.deepEqual(order('cy'), [0, 1, 2, 3])
})

test('what was not measured leaves its place empty; a note stands at its dot; all of it is told in words', () => {
  const svg = dots(picture([{ label: 'a', reference: null, values: [null, 1], notes: ['', 'diverged'] }]))
  assert.equal(all(assertReadable(svg), 'circle').length, 1)
  assert.ok(textsOf(svg).includes('diverged'))
  assert.match(svg, /a: nobody attacks not measured, ipm not measured, alie 1, diverged\./)
})

test('what cannot be drawn is refused with its reason', () => {
  assert.throws(() => dots(picture([])), { code: 'CHART_NO_SERIES' })
  assert.throws(() => dots(picture([{ ...row, values: [0.1] }])), { code: 'CHART_UNEQUAL_LENGTHS' })
  assert.throws(() => dots(picture([row, row])), { code: 'CHART_REPEATED_NAME' })
  assert.throws(() => dots(picture([{ ...row, reference: 0 }])), { code: 'CHART_NOT_POSITIVE' })
})
