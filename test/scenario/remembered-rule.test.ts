import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAgreementRule } from '../../src/agreement/rule.ts'
import { rememberedRule } from '../../src/scenario/remembered-rule.ts'

const vectors = [1, 2, 4, 8, 16].map((x) => Float32Array.of(x, -x))

function counted(text: string) {
  let calls = 0
  const rule = parseAgreementRule(text)
  const remembered = rememberedRule({
    ...rule,
    aggregate: (...call) => {
      calls++
      return rule.aggregate(...call)
    },
  })
  return { rule, remembered, calls: () => calls }
}

test('the same memory is combined once, equal vectors elsewhere anew, and f counts', () => {
  const { rule, remembered, calls } = counted('nnm>trmean')
  const first = remembered.aggregate(vectors, 1)
  assert.deepEqual(first, rule.aggregate(vectors, 1))
  assert.deepEqual(remembered.aggregate([...vectors], 1, { own: 2 }), first)
  assert.deepEqual(
    remembered.aggregate(
      vectors.map((one) => one.subarray()),
      1,
    ),
    first,
  )
  assert.equal(calls(), 1)
  assert.deepEqual(
    remembered.aggregate(
      vectors.map((one) => one.slice()),
      1,
    ),
    first,
  )
  assert.equal(calls(), 2)
  assert.deepEqual(remembered.aggregate(vectors, 2), rule.aggregate(vectors, 2))
  assert.deepEqual(remembered.aggregate(vectors.slice(1), 1), rule.aggregate(vectors.slice(1), 1))
  assert.equal(calls(), 4)
})

test('who writes to a result spoils nobody else’s', () => {
  const { remembered } = counted('median')
  const mine = remembered.aggregate(vectors, 1)
  const before = mine.slice()
  mine.fill(7)
  assert.deepEqual(remembered.aggregate(vectors, 1), before)
})

test('a rule that asks who asks is never remembered', () => {
  const { remembered } = counted('monna')
  const [a, b] = [0, 4].map((own) => remembered.aggregate(vectors, 2, { own }))
  assert.notDeepEqual(a, b)
})
