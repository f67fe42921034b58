import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linearTicks, logTicks, rungsAround } from '../../src/chart/ticks.ts'

const finite = fc.double({ min: -1e100, max: 1e100, noNaN: true })
const positive = fc.double({ min: 1e-100, max: 1e100, noNaN: true })
/** The digits before the exponent: `2`, `2.5`. */
const mantissa = (value: number) =>
  Math.abs(Number(value.toPrecision(12).replace(/e.*/, '').replace(/[.-]/g, '')))

test('ticks of a linear axis cover the range, are 3 to 7, and stand one round step apart', () => {
  fc.assert(
    fc.property(finite, finite, fc.integer({ min: 5, max: 8 }), (a, b, most) => {
      const [min, max] = [Math.min(a, b), Math.max(a, b)]
      const ticks = linearTicks(min, max, most)
      const slack = (max - min) * 1e-6
      assert.ok(ticks.length >= 3 && ticks.length <= most, `${ticks}`)
      assert.ok(
        (ticks[0] ?? Number.NaN) <= min + slack && (ticks.at(-1) ?? Number.NaN) >= max - slack,
        `${ticks}`,
      )
      const steps = ticks.slice(1).map((tick, i) => tick - (ticks[i] ?? Number.NaN))
      const step = Math.max(...steps)
      for (const one of steps) assert.ok(Math.abs(one - step) <= Math.max(...ticks.map(Math.abs)) * 1e-9)
    }),
  )
})

test('steps of a linear axis are 1, 2 or 5 times a power of ten, and ticks are written without dust', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (max) => {
      const ticks = linearTicks(0, max)
      assert.equal(ticks[0], 0)
      assert.match(String(mantissa(ticks[1] ?? 0)), /^[125]0*$/)
      for (const tick of ticks) assert.ok(String(tick).replace(/e.*/, '').length <= 12, `${tick}`)
    }),
  )
})

test('known ranges have the ticks that a person would draw', () => {
  assert.deepEqual(linearTicks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1])
  assert.deepEqual(linearTicks(-0.3, 0.3), [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3])
  assert.deepEqual(linearTicks(3, 397), [0, 100, 200, 300, 400])
  assert.deepEqual(linearTicks(0, 0), [-1, -0.5, 0, 0.5, 1])
  assert.deepEqual(logTicks(1, 1000), [1, 10, 100, 1000])
  assert.deepEqual(logTicks(3, 40), [2, 5, 10, 20, 50])
})

test('a range without a length is widened around its value', () => {
  fc.assert(
    fc.property(finite, (value) => {
      const ticks = linearTicks(value, value)
      assert.ok((ticks[0] ?? 0) <= value && (ticks.at(-1) ?? 0) >= value && ticks.length >= 3)
    }),
  )
})

test('ticks of a log axis cover the range, are 3 to 8, and are 1, 2 or 5 times a power of ten', () => {
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      const [min, max] = [Math.min(a, b), Math.max(a, b)]
      const ticks = logTicks(min, max)
      assert.ok(ticks.length >= 3 && ticks.length <= 8, `${ticks}`)
      assert.ok(
        (ticks[0] ?? Number.NaN) <= min * (1 + 1e-6) && (ticks.at(-1) ?? Number.NaN) >= max * (1 - 1e-6),
      )
      for (const tick of ticks) assert.match(String(mantissa(tick)), /^[125]0*$/)
      assert.deepEqual(
        ticks,
        ticks.toSorted((one, other) => one - other),
      )
    }),
  )
})

test('rungs around a range are the closest of 1, 2 and 5 times a power of ten', () => {
  assert.deepEqual(rungsAround(0.42, 1200), [0.2, 2000])
  assert.deepEqual(rungsAround(1, 10), [1, 10])
  assert.deepEqual(rungsAround(0.001, 0.001), [0.001, 0.001])
})
