import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lag } from '../../src/peer/lag.ts'

function lagWith(f: number): { lag: Lag; noticed: number[] } {
  const noticed: number[] = []
  const roleOf = (peer: string) => (peer === 'server' ? 'server' : 'worker')
  const liars = (role: string) => (role === 'server' ? 0 : f)
  return { lag: new Lag({ roleOf, liars, onTooFarBehind: (step) => noticed.push(step) }), noticed }
}

test('f members that speak of far steps are not believed, however often', () => {
  const { lag, noticed } = lagWith(2)
  for (const step of [50, 60, 70]) for (const liar of ['a', 'b']) lag.heard(liar, step, 10)
  assert.deepEqual(noticed, [])
})

test('f + 1 members that are beyond the window are, once, and the honest one among them gives the step', () => {
  const { lag, noticed } = lagWith(2)
  lag.heard('liar', 900, 10)
  lag.heard('other liar', 800, 10)
  lag.heard('honest', 12, 10)
  lag.heard('honest too', 13, 10)
  assert.deepEqual(noticed, [12])
})

test('a member counts no longer once this peer has caught up with it', () => {
  const { lag, noticed } = lagWith(1)
  lag.heard('a', 11, 10)
  lag.heard('b', 25, 20)
  assert.deepEqual(noticed, [])
  lag.heard('a', 22, 20)
  assert.deepEqual(noticed, [22])
})

test('where no server lies the word of one is enough, and does not count among the workers', () => {
  const { lag, noticed } = lagWith(1)
  lag.heard('a', 40, 10)
  assert.deepEqual(noticed, [])
  lag.heard('server', 30, 10)
  assert.deepEqual(noticed, [30])
})
