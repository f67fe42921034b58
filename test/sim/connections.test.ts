import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Connections } from '../../src/sim/connections.ts'
import { simulate } from '../../src/sim/world.ts'
import { swarm } from './helpers.ts'

const peers = Array.from({ length: 7 }, (_, i) => `p00${i}`)

test('two members that are kept apart leave all other pairs connected', () => {
  for (const a of peers.keys())
    for (const b of peers.keys()) {
      if (a === b) continue
      const connections = new Connections(peers)
      connections.part(a, b)
      for (const c of peers.keys())
        for (const d of peers.keys())
          assert.equal(connections.isUp(c, d), !((c === a && d === b) || (c === b && d === a)))
    }
})

test('a member that is not there is refused, and is no other pair', () => {
  for (const wrong of [7, 10, -1, 0.5, Number.NaN]) {
    const connections = new Connections(peers)
    for (const change of ['break', 'mend', 'part', 'join'] as const) {
      assert.throws(() => connections[change](0, wrong), RangeError)
      assert.throws(() => connections[change](wrong, 0), RangeError)
    }
    assert.throws(() => connections.setGone(wrong, true), RangeError)
    assert.equal(connections.areAllUp, true)
  }
  const { network } = swarm({ n: 3, seed: 1 })
  assert.throws(() => network.disconnect('p001', 'nobody'), RangeError)
})

test('a partition that cannot be is refused, with the field and what is allowed', () => {
  const whole = { fromMs: 0, untilMs: 10, sides: [[0], [1]] }
  for (const [given, message] of [
    [{ sides: [[0], [10]] }, /has 10 in its sides; give positions from 0 to 6$/],
    [{ sides: [[0], [-1]] }, /has -1 in its sides; give positions from 0 to 6$/],
    [{ sides: [[0, 1], [1]] }, /has 1 in its sides; give each member once$/],
    [{ fromMs: 20 }, /has 10 in its untilMs; give more than its fromMs, 20$/],
  ] as const)
    assert.throws(
      () =>
        simulate({ n: 7, seed: 1, describe: () => () => undefined, partitions: [{ ...whole, ...given }] }),
      { code: 'SIM_BAD_PARTITION', message },
    )
})
