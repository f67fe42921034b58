import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorsOf, isCoded, printable } from '../../src/util/coded-error.ts'

type Problem = { readonly code: 'TEST_TOO_LARGE'; readonly bytes: number } | { readonly code: 'TEST_GONE' }

const testError = errorsOf<Problem>({
  TEST_TOO_LARGE: ({ bytes }) => `${bytes} bytes are too many; send fewer`,
  TEST_GONE: () => 'it is gone; start again',
})

test('an error says its code, what was wrong and what to do, and carries its record and cause', () => {
  const cause = new Error('below')
  const error = testError({ code: 'TEST_TOO_LARGE', bytes: 9 }, { cause })
  assert.equal(error.message, 'TEST_TOO_LARGE: 9 bytes are too many; send fewer')
  assert.deepEqual(error.problem, { code: 'TEST_TOO_LARGE', bytes: 9 })
  assert.equal(error.cause, cause)
})

test('errors are told apart by code', () => {
  const error = testError({ code: 'TEST_GONE' })
  assert.ok(isCoded(error) && isCoded(error, 'TEST_GONE'))
  assert.ok(!isCoded(error, 'TEST_TOO_LARGE') && !isCoded(new Error('TEST_GONE')))
})

test("a stranger's text is cut, and nothing in it can move the cursor or fake a line", () => {
  assert.equal(printable('a\u001b[31m\nb\u202e'), 'a?[31m?b?')
  assert.equal(printable('x'.repeat(300)).length, 259)
})
