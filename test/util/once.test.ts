import assert from 'node:assert/strict'
import { it } from 'node:test'
import { once } from '../../src/util/once.ts'

it('computes nothing until it is asked, and then once', () => {
  let computed = 0
  const value = once(() => {
    computed += 1
    return undefined
  })
  assert.equal(computed, 0)
  assert.deepEqual([value(), value()], [undefined, undefined])
  assert.equal(computed, 1)
})

it('computes again where it failed', () => {
  let isBroken = true
  const value = once(() => {
    if (isBroken) throw new Error('broken')
    return 7
  })
  assert.throws(value, { message: 'broken' })
  isBroken = false
  assert.equal(value(), 7)
})
