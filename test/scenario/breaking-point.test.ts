import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attackTable } from '../../src/attack/attack-table.ts'
import { breakWith } from '../../src/scenario/breaking-point.ts'
import { breakingValue, worstValue } from '../../src/scenario/worst-value.ts'

const bounds = { from: 0.01, to: 1000 }

test('the worst value is found on one hill, on the higher of two, and on a plateau', async () => {
  /** Highest at 7, a factor of e lower at 2.6 and 19. */
  const hill = async (x: number) => Math.exp(-(Math.log(x / 7) ** 2))
  const { value, harm } = await worstValue(hill, bounds)
  assert.ok(Math.abs(value / 7 - 1) < 0.1, `${value}`)
  assert.ok(harm > 0.99)
  const two = async (x: number) => 0.5 * (await hill(x)) + Math.exp(-(Math.log(x / 0.1) ** 2))
  assert.ok(Math.abs((await worstValue(two, bounds)).value / 0.1 - 1) < 0.1)
  const plateau = async (x: number) => (x > 50 ? 1 : 0)
  assert.equal((await worstValue(plateau, bounds)).harm, 1)
})

test('the breaking value is where harm passes what is enough', async () => {
  const value = await breakingValue(async (x) => x / 30, bounds, 1)
  assert.ok(value >= 30 && value < 32, `${value}`)
})

test('an attack is written as it was worst, with the value from which on it breaks', async () => {
  const row = attackTable.ipm
  assert.ok(row)
  const asked: string[] = []
  const found = await breakWith('ipm', row, async (attack) => {
    asked.push(attack)
    const tau = Number(/tau=(.*)/.exec(attack)?.[1] ?? 10)
    return tau > 20 ? 2 : tau / 40
  })
  assert.equal(found.harm, 2)
  assert.match(found.attack, /^ipm:tau=[\d.]+$/)
  assert.match(found.from ?? '', /^tau=20(\.\d)?|tau=21/)
  assert.equal(asked[0], 'ipm')
})

test('each word is tried, again with the numbers that were found, and numbers of both signs and of a share', async () => {
  const row = attackTable.alie
  assert.ok(row)
  // Worst downwards, by a negative number, and that only for all.
  const found = await breakWith('alie', row, async (attack) => {
    const tau = Number(/tau=(-?[\d.]+)/.exec(attack)?.[1] ?? 1.5)
    const isFarOff = tau < -5 && attack.includes('of=all')
    return (attack.includes('direction=down') ? 0.2 : 0.1) + (tau < -5 ? 0.3 : 0) + (isFarOff ? 1 : 0)
  })
  const [, tau] = /tau=(-[\d.]+)/.exec(found.attack) ?? []
  assert.ok(Number(tau) < -5, found.attack)
  assert.match(found.attack, /direction=down/)
  assert.match(found.attack, /of=all/)
  assert.ok(Math.abs(found.harm - 1.5) < 1e-9)
  // With the words as they are in the end, it breaks from -5 on.
  assert.match(found.from ?? '', /^tau=-5(\.\d+)?$/)

  const { 'min-max': minMax, drop } = attackTable
  assert.ok(minMax && drop)
  const word = await breakWith('min-max', minMax, async (attack) => (attack.includes('unit_vec') ? 0.5 : 0.4))
  assert.deepEqual(word, { attack: 'min-max:dev=unit_vec', harm: 0.5 })
  const asked: string[] = []
  const share = await breakWith('drop', drop, async (attack) => {
    asked.push(attack)
    return Number(/share=(.*)/.exec(attack)?.[1] ?? 0.3)
  })
  assert.equal(share.attack, 'drop:share=1')
  assert.ok(!asked.some((attack) => /share=(-|[2-9]|1\d)/.test(attack)), `${asked}`)
})

test('an attack without numbers is tried as it is, and one that never breaks has no breaking point', async () => {
  const [silent, gaussian] = [attackTable.silent, attackTable.gaussian]
  assert.ok(silent && gaussian)
  assert.deepEqual(await breakWith('silent', silent, async () => 0.25), { attack: 'silent', harm: 0.25 })
  const found = await breakWith('gaussian', gaussian, async (attack) =>
    attack.includes('sigma=1,') ? 0 : 0.5,
  )
  assert.equal(found.from, undefined)
  assert.equal(found.harm, 0.5)
})
