import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FreeList } from '../../src/aggregator/free-list.ts'

const end = 1000

/** Takes (a size) and gives (which of the ranges that are taken), in any order. */
const steps = fc.array(
  fc.oneof(fc.record({ take: fc.integer({ min: 1, max: 200 }) }), fc.record({ give: fc.nat(20) })),
  { maxLength: 60 },
)

test('ranges that are taken never overlap, and what is given back is there again, in one piece', () => {
  fc.assert(
    fc.property(steps, (actions) => {
      const list = new FreeList()
      list.give(0, end)
      const taken: { from: number; to: number }[] = []
      for (const action of actions) {
        if ('take' in action) {
          const from = list.take(action.take)
          if (from === undefined) {
            assert.ok(longestGap(taken) < action.take, 'there was room')
            continue
          }
          const to = from + action.take
          assert.ok(from >= 0 && to <= end)
          assert.ok(taken.every((other) => other.to <= from || to <= other.from))
          taken.push({ from, to })
        } else if (taken.length > 0) {
          const [range] = taken.splice(action.give % taken.length, 1)
          if (range) list.give(range.from, range.to)
        }
      }
      for (const { from, to } of taken) list.give(from, to)
      assert.equal(list.take(end), 0)
    }),
  )
})

function longestGap(taken: readonly { from: number; to: number }[]): number {
  const sorted = [...taken, { from: end, to: end }].sort((a, b) => a.from - b.from)
  return Math.max(...sorted.map(({ from }, i) => from - (sorted[i - 1]?.to ?? 0)))
}

test('the first range that is long enough is taken', () => {
  const list = new FreeList()
  list.give(0, 10)
  list.give(20, 100)
  list.give(200, 230)
  assert.equal(list.take(30), 20)
  assert.equal(list.take(10), 0)
  assert.equal(list.take(30), 50)
  assert.equal(list.take(30), 200)
  assert.equal(list.take(30), undefined)
})
