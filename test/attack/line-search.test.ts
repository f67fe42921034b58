import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Search, searchAbove, searchAround } from '../../src/attack/line-search.ts'

const search: Search = { evaluations: 20, start: 0, step: 1 }

/** The search, and the factors at which it asked. */
function asked(find: typeof searchAbove, harm: (factor: number) => number, options = search) {
  const factors: number[] = []
  const found = find((factor) => {
    factors.push(factor)
    return harm(factor)
  }, options)
  return { found, factors }
}

for (const find of [searchAbove, searchAround]) {
  test(`${find.name} doubles its steps while that is worse, and asks as often as it may`, () => {
    const { found, factors } = asked(find, (factor) => factor, { evaluations: 5, start: 0, step: 10 })
    assert.deepEqual(factors, [0, 10, 30, 70, 150])
    assert.equal(found, 150)
  })

  test(`${find.name} stays where it starts on a plateau`, () => {
    const { found, factors } = asked(find, () => 1)
    assert.equal(found, 0)
    assert.equal(factors.length, 20)
  })
}

test('searchAbove tries shorter and shorter steps beyond the best, and moves where one is worse', () => {
  const { found, factors } = asked(searchAbove, (factor) => (factor <= 3.7 ? factor : -factor), {
    ...search,
    evaluations: 7,
  })
  // 0, 1, 3 up; 7 down; then 3 + 4 * 0.8, 3 + 4 * 0.64, 3 + 4 * 0.512.
  assert.deepEqual(
    factors.map((factor) => factor.toFixed(3)),
    ['0.000', '1.000', '3.000', '7.000', '6.200', '5.560', '5.048'],
  )
  assert.equal(found, 3)
})

test('searchAround looks below the best as well, and never below 0', () => {
  const { found, factors } = asked(searchAround, (factor) => -Math.abs(factor - 0.3))
  assert.ok(
    factors.every((factor) => factor >= 0),
    `${factors}`,
  )
  assert.ok(Math.abs(found - 0.3) < 0.05, `${found}`)
})
