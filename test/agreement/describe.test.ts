import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeLearn, saidInExchange } from '../../src/agreement/describe.ts'
import { parseTag, type Tag } from '../../src/mesh/tag.ts'

const members = ['a', 'b', 'c', 'd']
const tag = (text: string) => parseTag(text) as Tag

const cases: readonly [text: string, plain: number | undefined, reliable: number | undefined][] = [
  ['1/gradient/value/0', 40, 40],
  ['1/model/value/3', 40, 40],
  ['0/ready/word/0', 8, 8],
  ['9/done/word/0', 8, 8],
  ['1/model/echo/0/o=a', undefined, 32],
  ['1/model/ready/0/o=d', undefined, 32],
  ['1/model/copy/0/o=d', undefined, 40],
  ['1/model/report/0', undefined, 1],
  // Of nobody, of a stranger, of another phase, of a part.
  ['1/model/echo/0', undefined, undefined],
  ['1/model/echo/0/o=e', undefined, undefined],
  ['1/done/echo/0/o=a', undefined, undefined],
  ['1/model/value/0/o=a', undefined, undefined],
  ['1/model/value/0/p=1', undefined, undefined],
  ['1/done/word/1', undefined, undefined],
]

for (const [text, plain, reliable] of cases)
  test(`${text} may have ${plain ?? 'no'} bytes, and ${reliable ?? 'none'} over reliable broadcast`, () => {
    assert.equal(describeLearn(10)(tag(text))?.maxBytes, plain)
    assert.equal(describeLearn(10, members)(tag(text))?.maxBytes, reliable)
  })

test('only copies are for who asks alone', () => {
  const describe = describeLearn(10, members)
  for (const [text, , maxBytes] of cases)
    if (maxBytes !== undefined)
      assert.equal(describe(tag(text))?.audience, text.includes('copy') ? 'recipients' : 'all', text)
})

test('an exchange is a vector, or a vector, a report and two digests for each member', () => {
  assert.deepEqual(saidInExchange(10), { messages: 1, bytes: 40 })
  assert.deepEqual(saidInExchange(10, members), { messages: 1 + 1 + 8, bytes: 40 + 1 + 8 * 32 })
})
