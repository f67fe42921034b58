/** The grammar in which attacks are written. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attackTable } from '../../src/attack/attack-table.ts'
import { parseAttack } from '../../src/attack/attacks.ts'

test('every attack of the table can be written by its name, and its text can be read again', () => {
  for (const name of Object.keys(attackTable)) {
    const { text } = parseAttack(name)
    assert.equal(parseAttack(text).text, text)
    assert.equal(text.split(':', 1).join(), name)
  }
})

test("the text says the attack's own parameters, defaults included, and when it attacks only where that was said", () => {
  assert.equal(parseAttack('ipm').text, 'ipm:tau=10')
  assert.equal(parseAttack(' ipm : tau = 0.5 ').text, 'ipm:tau=0.5')
  assert.equal(parseAttack('min-max:dev=sign').text, 'min-max:dev=sign')
  assert.equal(parseAttack('alie:tau=auto,of=all').text, 'alie:tau=auto,of=all,direction=up,ddof=1')
  assert.equal(parseAttack('silent:from=6').text, 'silent:from=6')
  assert.equal(parseAttack('zero:every=2,from=3').text, 'zero:from=3,every=2')
})

test('only attacks on data poison them', () => {
  const poisons = Object.keys(attackTable).filter((name) => parseAttack(name).poison !== undefined)
  assert.deepEqual(poisons, ['label-flip', 'backdoor'])
})

const mistakes: readonly [text: string, code: string, said: RegExp][] = [
  ['ipn', 'ATTACK_UNKNOWN', /"ipn" is no attack.*sign-flip/],
  ['toString', 'ATTACK_UNKNOWN', /is no attack/],
  ['ipm:eps=1', 'ATTACK_BAD_PARAMETER', /"eps=1" does not fit ipm.*tau, from, every/],
  ['ipm:tau=1,tau=2', 'ATTACK_BAD_PARAMETER', /each name once/],
  ['label-flip:from=2', 'ATTACK_BAD_PARAMETER', /it has no parameters/],
  ['ipm:tau', 'ATTACK_BAD_VALUE', /ipm:tau cannot be ""; use a number/],
  ['ipm:tau=x', 'ATTACK_BAD_VALUE', /cannot be "x"/],
  ['ipm:tau=Infinity', 'ATTACK_BAD_VALUE', /a number/],
  ['min-max:dev=median', 'ATTACK_BAD_VALUE', /use std, sign, unit_vec/],
  ['alie:tau=large', 'ATTACK_BAD_VALUE', /use auto or a number/],
  ['bit-flip:bit=32', 'ATTACK_BAD_VALUE', /a whole number from 0 to 31/],
  ['bit-flip:rate=1.5', 'ATTACK_BAD_VALUE', /a number from 0 to 1/],
  ['zero:from=0', 'ATTACK_BAD_VALUE', /a whole number from 1/],
  ['zero:every=1.5', 'ATTACK_BAD_VALUE', /a whole number from 1/],
]

for (const [text, code, said] of mistakes)
  test(`${text} is refused with ${code}`, () => {
    assert.throws(
      () => parseAttack(text),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, code)
        assert.match(error.message, said)
        return true
      },
    )
  })
