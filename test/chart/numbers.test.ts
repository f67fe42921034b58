import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatLinear, formatLog, formatValue } from '../../src/chart/numbers.ts'

test('a value is told to three digits, without trailing zeros, with commas and a true minus sign', () => {
  const cases: [number, string][] = [
    [0, '0'],
    [-0, '0'],
    [0.97213, '0.972'],
    [44, '44'],
    [58.34, '58.3'],
    [1200, '1,200'],
    [123456, '123,456'],
    [-3.5, '\u22123.5'],
    [2_500_000, '2.5\u00d710\u2076'],
    [1e-7, '1\u00d710\u207b\u2077'],
  ]
  for (const [value, text] of cases) assert.equal(formatValue(value), text)
})

test('with decimals a value has exactly so many, and no minus before a zero', () => {
  assert.equal(formatValue(0.5, 2), '0.50')
  assert.equal(formatValue(-0.001, 2), '0.00')
  assert.equal(formatValue(-12345.678, 1), '\u221212,345.7')
})

test('all ticks of an axis are written alike', () => {
  assert.deepEqual(formatLinear([0, 0.5, 1]), ['0.0', '0.5', '1.0'])
  assert.deepEqual(formatLinear([-20, 0, 20]), ['\u221220', '0', '20'])
  assert.deepEqual(formatLinear([0, 5e6, 1e7]), ['0', '0.5\u00d710\u2077', '1\u00d710\u2077'])
  assert.deepEqual(formatLog([0.01, 0.1, 1, 10, 100]), ['0.01', '0.1', '1', '10', '100'])
  assert.deepEqual(formatLog([1e-6, 1e-3, 1]), ['10\u207b\u2076', '10\u207b\u00b3', '10\u2070'])
})
