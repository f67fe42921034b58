import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../src/peer/system-random.ts'

test('what is drawn looks uniform across blocks, and differs between two that draw', () => {
  const length = 100_000
  const [one, other] = [systemRandom().bytes(length), systemRandom().bytes(length)]
  const counts = new Array<number>(256).fill(0)
  for (const byte of one) counts[byte] = (counts[byte] ?? 0) + 1
  const chi = counts.reduce((sum, count) => sum + (count - length / 256) ** 2 / (length / 256), 0)
  // 255 degrees of freedom: above 400 with probability 1e-8.
  assert.ok(chi < 400, `chi-square ${chi}`)
  const same = one.filter((byte, i) => byte === other[i]).length
  assert.ok(Math.abs(same - length / 256) < 120, `${same} bytes are the same`)
})
