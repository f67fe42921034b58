/** How many liars a pull may bring: the bound, beside the table of the specification and beside chance itself. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectiveLiars, hypergeometric, pullsFor } from '../../../src/agreement/rpel/effective-liars.ts'
import { seededRandom } from '../../../src/util/prng.ts'

const bound = { horizon: 200, delta: 0.1 }

test('b_hat is that of the exact union bound, for 200 steps and a tenth', () => {
  // Computed independently with exact binomials; * marks where no honest majority is left.
  const table = [
    [30, 3, '3 3 3 3 3'],
    [30, 6, '5* 6* 6 6 6'],
    [100, 10, '5* 6* 7 8 9'],
    [100, 20, '6* 8* 10* 12* 14'],
    [1000, 100, '6* 7* 9* 10 13'],
  ] as const
  for (const [n, liars, row] of table) {
    const found = [6, 10, 15, 20, 29].map((pulls) => {
      const k = effectiveLiars({ n, liars, pulls, ...bound })
      return 2 * k < pulls + 1 ? `${k}` : `${k}*`
    })
    assert.equal(found.join(' '), row, `n = ${n}, b = ${liars}`)
  }
})

test('the numbers of liars among those drawn have the probabilities that counting subsets gives', () => {
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k)
  for (const [size, marked, s] of [
    [9, 3, 4],
    [9, 0, 4],
    [9, 9, 4],
    [9, 4, 9],
    [20, 15, 12],
    [1, 1, 1],
  ] as const) {
    const mass = hypergeometric(size, marked, s)
    for (let k = 0; k <= s; k++) {
      const isPossible = k <= marked && s - k <= size - marked
      const expected = isPossible ? (choose(marked, k) * choose(size - marked, s - k)) / choose(size, s) : 0
      assert.ok(Math.abs((mass[k] ?? 0) - expected) < 1e-12, `${size}, ${marked}, ${s}: ${k}`)
    }
  }
  // Far beyond what factorials can hold.
  assert.ok(Math.abs(hypergeometric(4000, 1300, 2000).reduce((sum, x) => sum + x, 0) - 1) < 1e-9)
})

test('in simulated runs more than b_hat liars are pulled no more often than delta', () => {
  for (const [n, liars, pulls] of [
    [30, 6, 10],
    [100, 10, 15],
  ] as const) {
    const horizon = 20
    const delta = 0.3
    const most = effectiveLiars({ n, liars, pulls, horizon, delta })
    const runs = 100
    let broken = 0
    for (let seed = 1; seed <= runs; seed++) {
      const random = seededRandom(seed, 'pulls', n)
      const drawn = () => {
        let [left, lying, met] = [n - 1, liars, 0]
        for (let i = 0; i < pulls; i++) {
          if (random.below(left) < lying) {
            lying -= 1
            met += 1
          }
          left -= 1
        }
        return met
      }
      const all = Array.from({ length: (n - liars) * horizon }, drawn)
      if (all.some((met) => met > most)) broken += 1
    }
    // Three standard deviations above what is allowed.
    assert.ok(
      broken <= delta * runs + 3 * Math.sqrt(delta * (1 - delta) * runs),
      `n = ${n}: ${broken} of ${runs}`,
    )
  }
})

test('the pulls that are chosen leave room for b_hat silent and b_hat lying, or are all there are', () => {
  for (let n = 1; n <= 60; n++)
    for (let liars = 0; 3 * liars < n; liars++) {
      const pulls = pullsFor({ n, liars, ...bound })
      const effective = effectiveLiars({ n, liars, pulls, ...bound })
      const at = `n = ${n}, b = ${liars}: ${pulls} pulls, b_hat = ${effective}`
      assert.ok(pulls <= n - 1 && pulls >= Math.min(n - 1, Math.ceil(Math.log2(n))), at)
      assert.ok(3 * effective < pulls + 1, at)
      assert.ok(effective <= liars, at)
    }
  assert.equal(pullsFor({ n: 100, liars: 10, ...bound }), 27)
  assert.equal(pullsFor({ n: 1000, liars: 100, ...bound }), 51)
  assert.equal(pullsFor({ n: 12, liars: 5, ...bound }), 11)
})
