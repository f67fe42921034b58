import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { drawText, fitted, type TextKind, textSizes, textWidth, wrapped } from '../../src/chart/text.ts'
import { parseXml } from './picture.ts'

const kind = fc.constantFrom(...(Object.keys(textSizes) as TextKind[]))
const anyText = fc.string({ unit: 'binary', maxLength: 400 })

test('text that is cut to a width fits it, whatever it is', () => {
  fc.assert(
    fc.property(anyText, kind, fc.integer({ min: 25, max: 400 }), (text, size, room) => {
      assert.ok(textWidth(fitted(text, size, room), size) <= room)
    }),
  )
})

test('lines that text is broken into fit, and lose nothing where they are few enough', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 40 }), (words) => {
      const lines = wrapped(words.join(' '), 'note', 150, 99)
      assert.equal(lines.join(' '), words.join(' '))
      for (const line of lines) assert.ok(textWidth(line, 'note') <= 150, line)
    }),
  )
  assert.equal(wrapped('one two three '.repeat(50), 'note', 150, 2).length, 2)
})

test('no line is left with a single short word', () => {
  const lines = wrapped('a title that is only one word too long for its place', 'title', 460)
  assert.equal(lines.length, 2)
  assert.ok((lines[1] ?? '').length > 15, lines.join('|'))
})

test('a user can put no markup into a picture: any text comes back as what it was, cut and printable', () => {
  const hostile = `</text><script>alert("x")</script>&amp;'`
  assert.equal(parseXml(drawText(hostile, { x: 0, y: 0, kind: 'note' })).text, hostile)
  fc.assert(
    fc.property(anyText, (text) => {
      const { text: written } = parseXml(drawText(text, { x: 0, y: 0, kind: 'note' }))
      assert.ok(written.length <= 300)
      assert.doesNotMatch(written, /\p{C}/u)
    }),
  )
})

test('text that was cut is told in full by its title', () => {
  const long = 'a rule with a very long name indeed'
  const { text, children } = parseXml(drawText(long, { x: 0, y: 0, kind: 'label', room: 80 }))
  assert.match(text, /^a rule.*\u2026$/)
  assert.equal(children[0]?.text, long)
})
