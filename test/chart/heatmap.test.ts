import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type HeatmapSpec, heatmap } from '../../src/chart/heatmap.ts'
import type { HeatmapCell } from '../../src/chart/heatmap-cell.ts'
import { isCoded } from '../../src/util/coded-error.ts'
import { all, assertReadable, textsOf } from './picture.ts'

const table = (cells: HeatmapCell[][], rest: Partial<HeatmapSpec> = {}): HeatmapSpec => ({
  title: 'worst accuracy',
  rows: { title: 'rule', labels: cells.map((_, i) => `rule ${i}`) },
  columns: { title: 'f', labels: (cells[0] ?? []).map((_, i) => `${i}`) },
  value: { title: 'accuracy', decimals: 2, min: 0, max: 1 },
  cells,
  ...rest,
})
const stepsOf = (spec: HeatmapSpec) =>
  all(assertReadable(heatmap(spec)), 'g')
    .flatMap((cell) => all(cell, 'rect'))
    .map(({ attributes }) => attributes.class)

test('every value is printed in its cell, and its colour is its place between least and greatest', () => {
  const spec = table([[0, 0.5, 1]])
  assert.deepEqual(stepsOf(spec), ['sh0', 'sh10', 'sh20'])
  for (const text of ['0.00', '0.50', '1.00', 'rule 0', 'rule', 'f', 'accuracy'])
    assert.ok(textsOf(heatmap(spec)).includes(text), text)
  assert.deepEqual(stepsOf(table([[-5, 7]])), ['sh0', 'sh20'], 'what lies beyond has the last colour')
  assert.deepEqual(stepsOf(table([[3, 3]], { value: { title: 'v' } })), ['sh10', 'sh10'])
})

test('around a middle equal distances have equal steps on either side', () => {
  const spec = table([[-0.1, 0, 0.2]], { value: { title: 'gain', decimals: 1, middle: 0 } })
  assert.deepEqual(stepsOf(spec), ['dh5', 'dh10', 'dh20'])
})

test('a refused cell is hatched and says why, one that was not measured is empty', () => {
  const reason = 'too few vectors'
  const root = assertReadable(heatmap(table([[{ refused: reason }, null, Number.NaN, 0.5]])))
  const cells = all(root, 'g')
  assert.equal(cells[0]?.children[0]?.text, `rule 0, f 0: refused, ${reason}`)
  assert.equal(all(cells[0] ?? root, 'path', 'hatch').length, 1)
  assert.ok(all(root, 'text').some(({ text }) => text === `refused: ${reason}`))
  for (const cell of cells.slice(1, 3)) {
    assert.match(cell.children[0]?.text ?? '', /not measured/)
    assert.equal(all(cell, 'text')[0]?.text, '\u2013')
  }
})

test('a reason that finds no room beside its sign is told below', () => {
  const reason = 'this rule needs far more vectors than a swarm of this size can have'
  const text = textsOf(heatmap(table([[{ refused: reason }, 0.5]])))
  assert.ok(text.includes('refused'))
  assert.ok(text.join(' ').includes(`Refused: ${reason}.`))
})

test('a text stands in the place of a value, and in words behind it', () => {
  const svg = heatmap(table([[{ value: 0.1, text: 'diverged' }, 0.5]]))
  const shown = textsOf(svg)
  assert.ok(shown.includes('diverged') && !shown.includes('0.10'))
  assert.match(svg, /rule 0, f 0: 0\.10, diverged/)
})

test('several reasons, and notes to values, are told below the table', () => {
  const cells = [[{ refused: 'one' }, { refused: 'two' }, { value: 0.1, note: 'diverged' }]]
  const text = textsOf(heatmap(table(cells))).join(' ')
  assert.match(text, /Refused: one; two\./)
  assert.match(text, /Marked in the corner: rule 0, f 2: diverged\./)
})

const label = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
const cell: fc.Arbitrary<HeatmapCell> = fc.oneof(
  fc.double(),
  fc.constant(null),
  fc.record({ refused: label }),
  fc.record({ value: fc.double({ min: -1e9, max: 1e9, noNaN: true }), note: label }),
  fc.record({ value: fc.double({ min: -1e9, max: 1e9, noNaN: true }), text: label }),
)
const randomTable = fc
  .record({
    rows: fc.uniqueArray(label, { minLength: 1, maxLength: 6 }),
    columns: fc.uniqueArray(label, { minLength: 1, maxLength: 12 }),
    title: label,
    diverging: fc.boolean(),
  })
  .chain(({ rows, columns, title, diverging }) =>
    fc
      .array(fc.array(cell, { minLength: columns.length, maxLength: columns.length }), {
        minLength: rows.length,
        maxLength: rows.length,
      })
      .map(
        (cells): HeatmapSpec => ({
          title,
          rows: { title, labels: rows },
          columns: { title, labels: columns },
          value: diverging ? { title, middle: 0 } : { title },
          cells,
        }),
      ),
  )

test('whatever the labels and values are: texts stay in the picture and off each other, and the same spec is the same bytes', () => {
  fc.assert(
    fc.property(randomTable, (spec) => {
      const drawn = heatmap(spec)
      assertReadable(drawn)
      assert.equal(heatmap(structuredClone(spec)), drawn)
    }),
    { numRuns: 60 },
  )
})

test('a table that makes no sense is refused by name', () => {
  const side = (count: number) => ({ title: 's', labels: Array.from({ length: count }, (_, i) => `${i}`) })
  const cases: [string, HeatmapSpec][] = [
    ['CHART_NO_SERIES', table([])],
    ['CHART_NO_SERIES', table([[]])],
    ['CHART_UNEQUAL_LENGTHS', table([[1, 2], [1]])],
    ['CHART_UNEQUAL_LENGTHS', table([[1]], { rows: side(2) })],
    ['CHART_REPEATED_NAME', table([[1, 2]], { columns: { title: 'f', labels: ['1', '1'] } })],
    ['CHART_TOO_MANY_POINTS', table([[1]], { rows: side(50), columns: side(50) })],
    ['CHART_BAD_RANGE', table([[1]], { value: { title: 'v', min: 1, max: 0 } })],
  ]
  for (const [code, spec] of cases)
    assert.throws(
      () => heatmap(spec),
      (error) => isCoded(error, code),
      code,
    )
})
