import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { covers, formatTag, maxTagLength, parseTag, type Tag } from '../../src/mesh/tag.ts'

const word = fc.stringMatching(/^[a-z][a-z-]{0,15}$/)
const tags: fc.Arbitrary<Tag> = fc.record(
  {
    step: fc.nat(999_999_999),
    phase: word,
    kind: word,
    hop: fc.nat(9999),
    origin: fc.stringMatching(/^[A-Za-z0-9]{1,64}$/),
    part: fc.nat(999_999_999),
  },
  { requiredKeys: ['step', 'phase', 'kind', 'hop'], noNullPrototype: true },
)

test('a tag that is formatted and parsed is the same tag, and fits the bound', () => {
  fc.assert(
    fc.property(tags, (tag) => {
      const text = formatTag(tag)
      assert.ok(text.length <= maxTagLength)
      assert.deepEqual(parseTag(text), tag)
    }),
  )
})

test('any text parses to nothing or to the one tag that it spells', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-z/=.-]{0,40}$/)), (text) => {
      const tag = parseTag(text)
      if (tag !== undefined) assert.equal(formatTag(tag), text)
    }),
  )
})

for (const text of [
  '',
  '1/gradient/value',
  '01/gradient/value/0',
  '-1/gradient/value/0',
  '1/Gradient/value/0',
  '1/a/b/0/p=1/o=x',
])
  test(`"${text}" is no tag`, () => assert.equal(parseTag(text), undefined))

test('a text over the bound is refused before it is parsed', () => {
  assert.equal(parseTag(`1/gradient/value/0${' '.repeat(maxTagLength)}`), undefined)
})

test('a pattern covers the tags whose fields equal those that it names', () => {
  const tag: Tag = { step: 3, phase: 'gradient', kind: 'value', hop: 1, origin: 'alice', part: 2 }
  assert.ok(covers({}, tag))
  assert.ok(covers({ step: 3, hop: 1 }, tag))
  assert.ok(covers(tag, tag))
  for (const other of [
    { step: 4 },
    { phase: 'model' },
    { kind: 'echo' },
    { hop: 0 },
    { origin: 'bob' },
    { part: 0 },
  ])
    assert.ok(!covers({ ...tag, ...other }, tag), JSON.stringify(other))
})
