import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wireLimits } from '../../src/daemon/open-mesh.ts'
import { checkSettings } from '../../src/daemon/swarm-file.ts'
import { checkLimits, defaultWireLimits } from '../../src/peer/limits.ts'

const settings = (f: number, deadlineMs: number, policy = 'synchronous') =>
  checkSettings({ n: 4 * f + 1, f, synchrony: { policy, deadlineMs }, limits: { inlineBytes: 1000 } })

test('f liars that are asked in series leave a quarter of the deadline, whatever they are slow at', () => {
  for (const [f, deadlineMs] of [
    [1, 1000],
    [2, 5000],
    [5, 10_000],
    [10, 60_000],
  ] as const) {
    const wire = wireLimits(settings(f, deadlineMs))
    checkLimits(wire)
    assert.equal(wire.inlineLimit, 1000)
    const slowestLiarMs = wire.stallMs + 2 * wire.patienceMs
    assert.ok(f * slowestLiarMs < (3 / 4) * deadlineMs, `f ${f}, deadline ${deadlineMs} ms`)
  }
})

test('patience has a least and a greatest value, and without a deadline the greatest', () => {
  const short = wireLimits(settings(2, 10))
  checkLimits(short)
  assert.deepEqual([short.stallMs, short.patienceMs], [100, 100])
  const roomy = { ...defaultWireLimits, inlineLimit: 1000 }
  assert.deepEqual(wireLimits(settings(1, 3_600_000)), roomy)
  assert.deepEqual(wireLimits(settings(2, 10, 'quorum')), roomy)
})
