import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alieZ } from '../../src/attack/alie-z.ts'
import { normalQuantile } from '../../src/attack/normal.ts'

test('the normal quantile is that of the tables, on both sides and far out', () => {
  // scipy.stats.norm.ppf
  for (const [p, x] of [
    [0.5, 0],
    [0.75, 0.6744897501960817],
    [0.975, 1.959963984540054],
    [0.999, 3.090232306167813],
    [0.9999999, 5.199337582187471],
  ] as const) {
    assert.ok(Math.abs(normalQuantile(p) - x) < 1e-9 * (1 + x), `${p}: ${normalQuantile(p)}`)
    assert.ok(Math.abs(normalQuantile(1 - p) + x) < 1e-7 * (1 + x), `${1 - p}: ${normalQuantile(1 - p)}`)
  }
})

test('both readings of the share are those that implementations use: n = 20, f = 8', () => {
  assert.ok(Math.abs(alieZ(20, 8, 'honest') - 0.6745) < 1e-4)
  // Garfield's constant.
  assert.ok(Math.abs(alieZ(20, 8, 'all') - 1.036) < 1e-3)
})

test('with few attackers z is below zero, and is not clamped', () => {
  assert.ok(Math.abs(alieZ(10, 1, 'honest') + 0.1397) < 1e-4)
})

test('z is finite also where attackers are a majority or see one honest vector', () => {
  for (const share of ['honest', 'all'] as const)
    for (let n = 2; n <= 12; n++)
      for (let f = 1; f < n; f++) assert.ok(Number.isFinite(alieZ(n, f, share)), `n = ${n}, f = ${f}`)
})
