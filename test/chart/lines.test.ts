import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type LinesSpec, lines } from '../../src/chart/lines.ts'
import type { Arm } from '../../src/chart/spread.ts'
import { isCoded } from '../../src/util/coded-error.ts'
import { all, assertReadable, parseXml, pointsOf, textsOf } from './picture.ts'

const x = [0, 100, 200, 300, 400]
const accuracy = { title: 'accuracy', min: 0, max: 1 }
const arm = (name: string, ...seeds: (number | null)[][]): Arm => ({ name, x, seeds })
const picture = (arms: readonly Arm[], rest: Partial<LinesSpec> = {}): LinesSpec => ({
  title: 'a picture',
  x: { title: 'step' },
  panels: [{ y: accuracy, arms }],
  ...rest,
})
const rising = (end: number) => [0.1, 0.2, 0.3, 0.4, end]

test('a line passes through its values, from edge to edge of the plot', () => {
  const root = assertReadable(lines(picture([arm('a', [0, 0.25, 0.5, 0.75, 1])])))
  const [line, ...others] = all(root, 'path', 'line')
  assert.ok(line !== undefined && others.length === 0)
  const points = pointsOf(line)
  const width = points[4]?.[0] ?? 0
  assert.ok(width > 500)
  for (const [i, [left, top]] of points.entries()) {
    assert.ok(Math.abs(left - (width * i) / 4) < 0.02)
    assert.equal(top, 300 - 75 * i)
  }
})

test('several seeds have a band from the least to the greatest, one seed has none', () => {
  const root = assertReadable(lines(picture([arm('a', [0, 0, 0, 0, 0], [1, 1, 1, 1, 1])])))
  const [band] = all(root, 'path', 'band')
  assert.ok(band)
  assert.deepEqual([...new Set(pointsOf(band).map(([, y]) => y))].sort(), [0, 300])
  assert.deepEqual(
    [
      ...new Set(
        all(root, 'path', 'line')
          .flatMap(pointsOf)
          .map(([, y]) => y),
      ),
    ],
    [150],
  )
  assert.ok(
    textsOf(lines(picture([arm('a', rising(1), rising(0.9))]))).some((text) =>
      /mean over 2 seeds/.test(text),
    ),
  )
  assert.equal(all(parseXml(lines(picture([arm('a', rising(1))]))), 'path', 'band').length, 0)
})

test('missing values leave gaps, and a point between two gaps is a dot', () => {
  const root = assertReadable(lines(picture([arm('a', [0.5, 0.5, null, 0.7, Number.NaN])])))
  const plot = all(root, 'svg')[1] ?? root
  assert.equal(all(plot, 'path', 'line').length, 1)
  assert.equal(all(plot, 'circle').length, 1)
})

test('on a log axis equal ratios are equal distances, and a value of 0 leaves the plot at the bottom', () => {
  const y = { title: 'diameter', scale: 'log' } as const
  const spec = { ...picture([]), panels: [{ y, arms: [arm('a', [100, 10, 1, 0.1, 0])] }] }
  const root = assertReadable(lines(spec))
  const tops = all(root, 'path', 'line')
    .flatMap(pointsOf)
    .map(([, top]) => top)
  const steps = tops.slice(1, 4).map((top, i) => top - (tops[i] ?? 0))
  for (const step of steps) assert.ok(Math.abs(step - 100) < 0.02, `${steps}`)
  assert.ok((tops[4] ?? 0) > 300)
})

test('a loss that explodes beyond the axis leaves the plot, and its coordinates stay short', () => {
  const root = assertReadable(lines(picture([arm('a', [0.5, 1, 1e6, 1e100, 1e100])])))
  assert.deepEqual(
    all(root, 'path', 'line')
      .flatMap(pointsOf)
      .map(([, top]) => top),
    [150, 0, -29_700, -29_700, -29_700],
  )
})

test('names stand beside the ends of their lines, and where they cannot a legend has them all', () => {
  const apart = lines(picture([arm('upper', rising(0.9)), arm('lower', rising(0.2))]))
  assert.equal(all(assertReadable(apart), 'path', 'leader').length, 2)
  const stopped = lines(picture([arm('upper', rising(0.9)), arm('lower', [0.1, 0.1, null, null, null])]))
  assert.equal(all(assertReadable(stopped), 'path', 'leader').length, 0)
  for (const text of [textsOf(apart), textsOf(stopped)])
    for (const name of ['upper', 'lower']) assert.equal(text.filter((one) => one === name).length, 1)
})

test('what happened on the way is marked on its line and told in a word', () => {
  const diverged = { ...arm('a', [0.5, 0.5, null, null, null]), marks: [{ x: 150, text: 'diverged' }] }
  const root = assertReadable(lines(picture([diverged, arm('b', rising(0.9))])))
  assert.equal(all(root, 'path', 'cross').length, 1)
  const [mark] = all(root, 'g')
  assert.equal(mark?.children[0]?.text, 'a: diverged')
  assert.ok(all(root, 'text', 'rimmed').some(({ text }) => text === 'diverged'))
})

test('words of marks that would lie on each other are left to their titles', () => {
  const arms = Array.from({ length: 12 }, (_, i) => ({
    ...arm(`a${i}`, rising(0.9)),
    marks: [{ x: 200, text: 'struck' }],
  }))
  const root = assertReadable(lines(picture(arms)))
  assert.equal(all(root, 'path', 'cross').length, 12)
  const words = all(root, 'text', 'rimmed').length
  assert.ok(words >= 1 && words < 12, `${words}`)
})

test('an arm has one colour in all panels, and from the ninth on dashes', () => {
  const arms = Array.from({ length: 10 }, (_, i) => arm(`a${i}`, rising(i / 10)))
  const panels = [arms, arms.toReversed()].map((list) => ({ y: accuracy, arms: list }))
  const root = assertReadable(lines(picture([], { panels })))
  const classes = all(root, 'svg')
    .slice(1)
    .map((plot) => all(plot, 'path', 'line').map((line) => line.attributes.class))
  assert.deepEqual(classes[0], classes[1]?.toReversed())
  assert.equal(classes[0]?.[8], 'line s0 d1')
})

test('arms without a single value, and panels without any, are drawn all the same', () => {
  const none = [null, null, null, null, null]
  const root = assertReadable(lines(picture([arm('gone', none), arm('b', rising(1))])))
  assert.match(root.children[1]?.text ?? '', /gone has no values/)
  const log = { y: { title: 'spread', scale: 'log' } as const, arms: [arm('b', [0, 0, 0, 0, 0])] }
  assertReadable(lines(picture([], { panels: [{ y: { title: 'loss' }, arms: [arm('gone', none)] }, log] })))
})

test('the picture is told in words, and carries both schemes', () => {
  const text = lines(picture([arm('a', rising(0.9), rising(0.8))]))
  const [title, description, style] = parseXml(text).children
  assert.equal(title?.text, 'a picture')
  assert.equal(description?.text, 'accuracy over step: a ends at 0.85 (0.8 to 0.9).')
  assert.match(style?.text ?? '', /@media\(prefers-color-scheme:dark\)/)
  assert.match(lines(picture([arm('a', rising(1))], { description: 'my words' })), /<desc>my words<\/desc>/)
})

const value = fc.option(fc.double({ min: 1e-9, max: 1e6, noNaN: true }))
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
const scale = fc.constantFrom('linear' as const, 'log' as const)
const randomSpec = fc
  .record({
    title: fc.string({ unit: 'grapheme', maxLength: 300 }),
    subtitle: fc.string({ maxLength: 300 }),
    columns: fc.constantFrom(1 as const, 2 as const, 3 as const),
    names: fc.uniqueArray(name, { minLength: 1, maxLength: 12 }),
    panels: fc.array(
      fc.record({ title: name, scale, values: fc.array(value, { minLength: 5, maxLength: 5 }) }),
      { minLength: 1, maxLength: 5 },
    ),
    mark: name,
  })
  .map(
    ({ names, panels, mark, ...rest }): LinesSpec => ({
      ...rest,
      x: { title: mark },
      panels: panels.map(({ title, scale, values }) => ({
        title,
        y: { title, scale },
        arms: names.map((one, i) => ({
          ...arm(
            one,
            values.map((v) => (v === null ? null : v * (i + 1))),
          ),
          marks: [{ x: 100 * (i % 5), text: mark }],
        })),
      })),
    }),
  )

test('whatever the names, values and panels are: texts stay in the picture and off each other, and the same spec is the same bytes', () => {
  fc.assert(
    fc.property(randomSpec, (spec) => {
      const drawn = lines(spec)
      assertReadable(drawn)
      assert.equal(lines(structuredClone(spec)), drawn)
    }),
    { numRuns: 60 },
  )
})

test('a spec that makes no sense is refused by name', () => {
  const good = arm('a', rising(1))
  const log = { title: 'y', scale: 'log' } as const
  const cases: [string, LinesSpec][] = [
    ['CHART_NO_SERIES', picture([], { panels: [] })],
    ['CHART_NO_SERIES', picture([])],
    ['CHART_NO_SERIES', picture([arm('a')])],
    ['CHART_UNEQUAL_LENGTHS', picture([arm('a', [1, 2])])],
    ['CHART_REPEATED_NAME', picture([good, good])],
    ['CHART_BAD_X', picture([{ ...good, x: [0, 1, 1, 2, 3] }])],
    ['CHART_BAD_X', picture([{ ...good, x: [0, 1, Number.NaN, 2, 3] }])],
    ['CHART_BAD_X', picture([{ ...good, marks: [{ x: Number.NaN, text: 'lost' }] }])],
    ['CHART_NOT_POSITIVE', picture([], { panels: [{ y: log, arms: [arm('a', [1, 1, -1, 1, 1])] }] })],
    ['CHART_NOT_POSITIVE', picture([good], { x: { title: 'x', scale: 'log' } })],
    ['CHART_NOT_POSITIVE', picture([], { panels: [{ y: { ...log, min: 0 }, arms: [good] }] })],
    ['CHART_BAD_RANGE', picture([], { panels: [{ y: { title: 'y', min: 1, max: 1 }, arms: [good] }] })],
    ['CHART_TOO_MANY_SERIES', picture(Array.from({ length: 33 }, (_, i) => arm(`${i}`, rising(1))))],
    [
      'CHART_TOO_MANY_POINTS',
      picture([
        {
          name: 'a',
          x: Array.from({ length: 50_001 }, (_, i) => i),
          seeds: [new Array<number>(50_001).fill(0)],
        },
      ]),
    ],
  ]
  for (const [code, spec] of cases)
    assert.throws(
      () => lines(spec),
      (error) => isCoded(error, code),
      code,
    )
})
