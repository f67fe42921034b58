import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson, type Json } from '../../src/util/canonical-json.ts'

test('keys are sorted at every depth, and nothing is between the parts', () => {
  assert.equal(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' }), '{"a":"x","b":[{"c":null,"d":1}]}')
})

test('equal values have one text, whatever order their keys were set in', () => {
  // Keys as in swarm files: names, not numbers, which objects keep in an order of their own.
  const key = fc.stringMatching(/^[a-z]{1,4}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.jsonValue()), { maxLength: 8 }), (entries) => {
      const unique = [...new Map(entries)]
      const one = canonicalJson(Object.fromEntries(unique) as Json)
      const other = canonicalJson(Object.fromEntries(unique.toReversed()) as Json)
      assert.equal(one, other)
      assert.deepEqual(JSON.parse(one), JSON.parse(JSON.stringify(Object.fromEntries(unique))))
    }),
  )
})
