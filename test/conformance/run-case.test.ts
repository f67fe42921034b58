/** What becomes of a case: passed, failed with both values, or skipped with the reason. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { caseSchema, withVectors } from '../../src/conformance/case.ts'
import { combinerOf } from '../../src/conformance/combiner.ts'
import { runCase } from '../../src/conformance/run-case.ts'

const combiner = combinerOf({ kernels: 'reference' })

function run(changes: object) {
  const input = [
    [1, 10],
    [2, 20],
    [3, 30],
  ]
  const sound = { id: 'x', rule: 'median', n: 3, d: 2, f: 1, input, expected: [2, 20] }
  const parsed = caseSchema.parse({ conformance: 'canonical', ...sound, ...changes })
  return runCase(withVectors('x.json', parsed, parsed.input ?? []), combiner)
}

test('a case that cannot be computed fails by itself, with the reason, and the next one runs', async () => {
  const impossible: readonly [changes: object, reason: RegExp][] = [
    [{ rule: 'silent' }, /silent forges no vector/],
    [{ rule: 'bucketing', params: { permutation: [0, 1] } }, /more chance is drawn than was recorded/],
  ]
  for (const [changes, says] of impossible) {
    const { outcome, reason } = await run(changes)
    assert.equal(outcome, 'failed')
    assert.match(reason ?? '', says)
  }
})

const outcomes: readonly [what: string, changes: object, outcome: string][] = [
  ['the expected answer', {}, 'passed'],
  ['an answer within the tolerance', { expected: [2.0000002, 20] }, 'passed'],
  ['an answer beyond it', { expected: [2.00001, 20] }, 'failed'],
  ['an answer within its own tolerance', { expected: [2.00001, 20], tol: 1e-4 }, 'passed'],
  ['an answer of another length', { expected: [2] }, 'failed'],
  ['an answer that is not finite', { expected: ['NaN', 20] }, 'failed'],
  [
    'one of several answers',
    {
      expected: [9, 9],
      accept: [
        [9, 9],
        [2, 20],
      ],
    },
    'passed',
  ],
  [
    'none of several answers',
    {
      accept: [
        [9, 9],
        [2, 21],
      ],
    },
    'failed',
  ],
  [
    'one of several for each coordinate',
    {
      acceptPerCoord: [
        [9, 2],
        [20, 9],
      ],
    },
    'passed',
  ],
  ['none of several for a coordinate', { acceptPerCoord: [[9, 2], [9]] }, 'failed'],
  ['answers for too few coordinates', { acceptPerCoord: [[2]] }, 'failed'],
  ['a parameter', { params: { even: 'lower' } }, 'passed'],
  ['a variant', { conformance: 'variant' }, 'passed'],
  [
    'rows of a pre-aggregator',
    {
      rule: 'nnm',
      f: 0,
      expected: [
        [2, 20],
        [2, 20],
        [2, 20],
      ],
    },
    'passed',
  ],
  [
    'one of several for a row',
    {
      rule: 'nnm',
      f: 0,
      acceptPerRow: [
        [
          [9, 9],
          [2, 20],
        ],
        [[2, 20]],
        [[2, 20]],
      ],
    },
    'passed',
  ],
  [
    'too few rows',
    {
      rule: 'nnm',
      f: 0,
      expected: [
        [2, 20],
        [2, 20],
      ],
    },
    'failed',
  ],
  ['an attack', { rule: 'sign-flip', f: null, expected: [-2, -20] }, 'passed'],
  [
    'an attack that searches',
    {
      rule: 'opt-ipm',
      params: { agg: 'median', evals: 20, start: 0, delta: 10, ratio: 0.8 },
      expected: [0, 0],
    },
    'passed',
  ],
  [
    'a table of z',
    { rule: 'alie-z', input: undefined, expected: undefined, rows: [{ n: 5, f: 1, z: 0 }] },
    'passed',
  ],
  [
    'a wrong table of z',
    { rule: 'alie-z', input: undefined, expected: undefined, rows: [{ n: 5, f: 1, z: 1 }] },
    'failed',
  ],
]

for (const [what, changes, outcome] of outcomes)
  test(`${what}: ${outcome}`, async () => {
    assert.equal((await run(changes)).outcome, outcome)
  })

test('a failure shows both values, and what was thrown where there is none', async () => {
  const wrong = await run({ expected: [2, 21] })
  assert.deepEqual(
    [wrong.ours, wrong.expected],
    [
      [2, 20],
      [2, 21],
    ],
  )
  const refused = await run({ f: 2 })
  assert.equal(refused.outcome, 'failed')
  assert.equal(refused.ours, undefined)
  assert.match(refused.reason ?? '', /GAR_TOO_FEW_VECTORS.*n >= 2f\+1/)
})

test('what shows an implementation, what has no single expectation and what is not offered is skipped with the reason', async () => {
  const skipped = [
    [{ conformance: 'informational' }, /shows what an implementation does/],
    [{ conformance: undefined, expected: undefined }, /no single expectation/],
    [{ rule: 'mode' }, /no rule "mode"/],
    [{ params: { ties: 'first' } }, /no parameter "ties"/],
    [{ params: { even: 'odd' } }, /cannot be "odd"/],
  ] as const
  for (const [changes, reason] of skipped) {
    const result = await run(changes)
    assert.equal(result.outcome, 'skipped')
    assert.match(result.reason ?? '', reason)
  }
})

test('a parameter that is not what it should be is the fault of the case', async () => {
  await assert.rejects(run({ rule: 'krum', params: { neighbors: 1.5 } }), { code: 'CONFORMANCE_BAD_CASE' })
  const twice = { rule: 'bucketing', params: { s: 1, permutation: [0, 0, 1] } }
  await assert.rejects(run(twice), { code: 'CONFORMANCE_BAD_CASE' })
  // Another search than ours: nothing to compare with.
  await assert.rejects(run({ rule: 'opt-ipm', params: { agg: 'median', evals: 7 } }), {
    code: 'CONFORMANCE_BAD_CASE',
  })
})
