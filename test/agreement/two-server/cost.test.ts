/** Messages and bytes of a step are those of the formulas in docs/protocols/two-server.md. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeTwoServer, saidInStep } from '../../../src/agreement/two-server/describe.ts'
import { defaultFixedPoint } from '../../../src/agreement/two-server/range.ts'
import { aggregateTogether } from './swarm.ts'

interface Cost {
  readonly messages: number
  readonly bytes: number
}

/** What the text of the protocol says, counted by hand: messages, and bytes of payload, by who says them. */
function byHand(n: number, d: number, checks: boolean): Cost {
  const bits = 28
  const proof = checks ? 80 * bits : 0
  const roster = Math.ceil(n / 8)
  const said: readonly (readonly [count: number, bytes: number])[] = [
    [2, 32], // the dealer's seeds
    [1, 8 * (n * n + d + n * proof)], // its correction
    [n, 32], // workers' seeds
    [n, 8 * d], // the other halves of their vectors
    [n, 1], // each is here
    [n + 2, 32 + roster], // the challenge, to all others
    [2 * n, 8 * d], // masked vectors, both ways
    [1, 4 * n * (n - 1)], // shares of n (n - 1) / 2 distances
    [1, 8 * (n + 1)], // masked weights and their divisor
    [1, 8 * d], // a share of the result
    [n + 2, 4 * d], // the result, to all others
    ...(checks
      ? ([
          [n, 32], // seeds of proofs
          [n, 8 * proof], // the other halves
          [n, 1], // each is here
          [1, roster], // whose proof is here
          [2, 8 * n * proof], // masked bits, both ways
          [2, 32 * n], // digests, both ways
        ] as const)
      : []),
  ]
  return {
    messages: said.reduce((sum, [count]) => sum + count, 0),
    bytes: said.reduce((sum, [count, bytes]) => sum + count * bytes, 0),
  }
}

for (const [n, f] of [
  [4, 0],
  [7, 2],
  [12, 4],
] as const)
  for (const checksRange of [true, false])
    test(`a step of ${n} workers ${checksRange ? 'with' : 'without'} range check costs what the formulas say`, async () => {
      const [dimension, steps] = [50, 3]
      let measured: Cost = { messages: 0, bytes: 0 }
      const count = (line: string) => {
        const bytes = Number(line.slice(line.lastIndexOf(' ')))
        measured = { messages: measured.messages + 1, bytes: measured.bytes + bytes }
      }
      await aggregateTogether({ n, f, seed: 1, steps, dimension, rule: 'mda', checksRange, onTrace: count })
      const expected = byHand(n, dimension, checksRange)
      assert.deepEqual(measured, { messages: steps * expected.messages, bytes: steps * expected.bytes })
      assert.equal(expected.messages, checksRange ? 10 * n + 15 : 7 * n + 10)
      const sizes = { workers: n, fixedPoint: defaultFixedPoint, checksRange }
      assert.deepEqual(saidInStep(dimension, sizes), expected)
    })

test('no tag is described that is not used, and every size is exact', () => {
  const describe = describeTwoServer(10, { workers: 3, fixedPoint: defaultFixedPoint })
  const tag = { step: 1, phase: 'share', kind: 'rest', hop: 0 }
  assert.equal(describe(tag)?.maxBytes, 80)
  assert.equal(describe(tag)?.codec.byteLength, 80)
  assert.equal(describe(tag)?.audience, 'recipients')
  assert.equal(describe({ ...tag, hop: 1 }), undefined)
  assert.equal(describe({ ...tag, origin: 'p000' }), undefined)
  assert.equal(describe({ ...tag, part: 0 }), undefined)
  assert.equal(describe({ ...tag, kind: 'have' }), undefined)
  assert.ok(describe({ ...tag, kind: 'have', part: 2 }))
  assert.equal(describe({ ...tag, kind: 'have', part: 3 }), undefined)
  assert.equal(describe({ ...tag, phase: 'gradient', kind: 'value' }), undefined)
  assert.equal(describe({ ...tag, phase: 'result', kind: 'value' })?.audience, 'all')
  const unchecked = describeTwoServer(10, {
    workers: 3,
    fixedPoint: defaultFixedPoint,
    checksRange: false,
  })
  assert.equal(unchecked({ ...tag, phase: 'check' }), undefined)
  assert.ok(unchecked({ ...tag, phase: 'ready', kind: 'word' }))
})
