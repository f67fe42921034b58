import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type BarsSpec, bars } from '../../src/chart/bars.ts'
import { isCoded } from '../../src/util/coded-error.ts'
import { all, assertReadable, type Element, pointsOf, textsOf } from './picture.ts'

const groups = (...rows: (number | null)[][]) => rows.map((values, i) => ({ label: `rule ${i}`, values }))
const chart = (rest: Partial<BarsSpec>): BarsSpec => ({
  title: 'times',
  value: { title: 'time', unit: 'ms' },
  series: ['a'],
  groups: groups([1]),
  ...rest,
})
const spanOf = ({ attributes }: Element) => {
  const left = Number(attributes.x)
  return [left, left + Number(attributes.width)] as const
}
const barsOf = (root: Element) =>
  all(root, 'rect', 'solid').filter(({ attributes }) => attributes.height === '14')

test('bars grow from 0, as long as their values are great, which stand at their ends', () => {
  const root = assertReadable(bars(chart({ groups: groups([10], [20], [-10]) })))
  const [ten, twenty, less] = barsOf(root).map(spanOf)
  assert.ok(ten && twenty && less)
  const length = ([left, right]: readonly [number, number]) => right - left
  assert.ok(Math.abs(length(twenty) - 2 * length(ten)) < 0.05)
  assert.ok(Math.abs(length(less) - length(ten)) < 0.05)
  assert.ok(Math.abs(less[1] - ten[0]) < 0.02)
  for (const text of ['10', '20', '\u221210', 'time (ms)'])
    assert.ok(
      all(root, 'text').some((one) => one.text === text),
      text,
    )
})

test('on a log axis bars grow from the reference line, so that lengths are ratios', () => {
  const value = { title: 'ratio', scale: 'log' } as const
  const reference = { value: 1, label: 'parity' }
  const root = assertReadable(bars(chart({ value, reference, groups: groups([10], [0.1], [100]) })))
  const [line] = all(root, 'path', 'reference')
  assert.ok(line)
  const at = pointsOf(line)[0]?.[0] ?? 0
  const [ten, tenth, hundred] = barsOf(root).map(spanOf)
  assert.ok(ten && tenth && hundred)
  for (const edge of [ten[0], tenth[1], hundred[0]]) assert.ok(Math.abs(edge - at) < 0.02)
  assert.ok(Math.abs(ten[1] - at - (at - tenth[0])) < 0.05)
  assert.ok(Math.abs(hundred[1] - at - 2 * (ten[1] - at)) < 0.05)
})

test('what was not measured is a dash, and several series have a legend', () => {
  const picture = bars(chart({ series: ['arrays', 'memory'], groups: groups([1, null]) }))
  const root = assertReadable(picture)
  assert.equal(barsOf(root).length, 1)
  for (const text of ['arrays', 'memory', '\u2013']) assert.ok(textsOf(picture).includes(text), text)
  assert.match(root.children[1]?.text ?? '', /rule 0: arrays 1, memory not measured/)
})

const label = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
const randomBars = fc
  .record({
    title: label,
    scale: fc.constantFrom('linear' as const, 'log' as const),
    labels: fc.uniqueArray(label, { minLength: 1, maxLength: 8 }),
    series: fc.uniqueArray(label, { minLength: 1, maxLength: 10 }),
    reference: fc.option(fc.double({ min: 1e-3, max: 1e7, noNaN: true })),
    values: fc.array(fc.option(fc.double({ min: 1e-4, max: 1e9, noNaN: true })), {
      minLength: 80,
      maxLength: 80,
    }),
    sign: fc.constantFrom(1, -1),
  })
  .map(
    ({ title, scale, labels, series, reference, values, sign }): BarsSpec => ({
      title,
      value: { title, scale },
      series,
      ...(reference !== null && { reference: { value: reference, label: title } }),
      groups: labels.map((one, i) => ({
        label: one,
        values: series.map((_, j) => {
          const value = values[i * series.length + j] ?? null
          return value === null || scale === 'log' ? value : value * sign ** j
        }),
      })),
    }),
  )

test('whatever the labels and values are: texts stay in the picture and off each other, and the same spec is the same bytes', () => {
  fc.assert(
    fc.property(randomBars, (spec) => {
      const drawn = bars(spec)
      assertReadable(drawn)
      assert.equal(bars(structuredClone(spec)), drawn)
    }),
    { numRuns: 60 },
  )
})

test('bars that make no sense are refused by name', () => {
  const log = { title: 'ratio', scale: 'log' } as const
  const many = Array.from({ length: 501 }, (_, i) => ({ label: `${i}`, values: [1] }))
  const cases: [string, BarsSpec][] = [
    ['CHART_NO_SERIES', chart({ series: [] })],
    ['CHART_NO_SERIES', chart({ groups: [] })],
    ['CHART_UNEQUAL_LENGTHS', chart({ groups: groups([1, 2]) })],
    ['CHART_REPEATED_NAME', chart({ series: ['a', 'a'], groups: groups([1, 2]) })],
    ['CHART_NOT_POSITIVE', chart({ value: log, groups: groups([0]) })],
    ['CHART_NOT_POSITIVE', chart({ value: log, reference: { value: -1, label: 'r' } })],
    ['CHART_BAD_RANGE', chart({ reference: { value: Number.NaN, label: 'r' } })],
    ['CHART_BAD_RANGE', chart({ value: { title: 't', min: 3, max: 2 } })],
    ['CHART_TOO_MANY_POINTS', chart({ groups: many })],
    [
      'CHART_TOO_MANY_SERIES',
      chart({
        series: many.slice(0, 33).map((one) => one.label),
        groups: groups(new Array<number>(33).fill(1)),
      }),
    ],
  ]
  for (const [code, spec] of cases)
    assert.throws(
      () => bars(spec),
      (error) => isCoded(error, code),
      code,
    )
})
