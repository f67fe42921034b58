import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contractionOf, roundsFor, type Setting, trimmedMeanFactor } from '../../src/agreement/contraction.ts'
import { halvingsAt, roundsOf } from '../../src/agreement/profile.ts'
import { parseRule } from '../../src/gar/pipeline.ts'

const trmean = parseRule('trmean')
const mda = parseRule('mda')

function setting(
  n: number,
  f: number,
  policy: Setting['policy'],
  late = policy === 'quorum' ? f : 0,
): Setting {
  return { n, f, late, policy }
}

function factor(rule: typeof trmean, where: Setting): number {
  const contraction = contractionOf(rule, where)
  assert.ok(contraction !== undefined)
  return contraction.factor
}

// Expected values: the closed forms of docs/PROOFS.md 2 and 3, worked out by hand.
const table: readonly [
  n: number,
  f: number,
  mda: number | undefined,
  async: number | undefined,
  sync: number,
][] = [
  [4, 1, undefined, undefined, 0.5],
  [7, 1, 0.8, 0.5, 0.2],
  [7, 2, undefined, undefined, 2 / 3],
  [10, 1, 0.5, 2 / 7, 0.125],
  [10, 3, undefined, undefined, 0.75],
  [13, 2, 8 / 9, 4 / 7, 2 / 9],
  [13, 4, undefined, undefined, 0.8],
  [20, 3, 6 / 7, 6 / 11, 3 / 14],
  [26, 5, undefined, 10 / 11, 5 / 16],
]

for (const [n, f, quorumMda, quorum, synchronous] of table)
  test(`the factors at n = ${n}, f = ${f} are those of the table, and 1 where nothing is proven`, () => {
    const near = (actual: number, expected: number) =>
      assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}`)
    near(factor(trmean, setting(n, f, 'synchronous')), synchronous)
    near(factor(trmean, setting(n, f, 'quorum')), quorum ?? 1)
    near(factor(mda, setting(n, f, 'quorum')), quorumMda ?? 1)
  })

test('a factor is below 1 exactly where the bound holds', () => {
  for (const rule of [trmean, mda])
    for (let n = 1; n <= 40; n++)
      for (let f = 0; f <= 8; f++)
        for (const policy of ['synchronous', 'quorum'] as const)
          for (const late of policy === 'quorum' ? [f] : [0, 1, 2, 3]) {
            const contraction = contractionOf(rule, setting(n, f, policy, late))
            assert.ok(contraction !== undefined)
            // MDA with 0 < u < f borrows the asynchronous row, whose factor may be below 1 for smaller reasons.
            if (n >= contraction.needed)
              assert.ok(contraction.factor < 1, `${rule.text} ${n} ${f} ${policy} ${late}`)
            else assert.equal(contraction.factor, 1, `${rule.text} ${n} ${f} ${policy} ${late}`)
          }
})

test('one late honest vector undoes the contraction at n = 4, f = 1', () => {
  assert.equal(trimmedMeanFactor(4, 1, 0), 0.5)
  assert.equal(trimmedMeanFactor(4, 1, 1), 1)
})

// docs/PROOFS.md 4: with sqrt(h - 1) one halving of the diameter takes 2, 4 and 8 exchanges.
for (const [n, f, rounds] of [
  [4, 1, 2],
  [7, 2, 4],
  [13, 4, 8],
] as const)
  test(`one halving by trimmed mean at n = ${n}, f = ${f} takes ${rounds} synchronous exchanges`, () => {
    const where = setting(n, f, 'synchronous')
    const contraction = contractionOf(trmean, where)
    assert.ok(contraction !== undefined)
    assert.equal(roundsFor(1, contraction, where), rounds)
  })

// docs/PROOFS.md 3: no sqrt factor, so rounds = ceil(ln 2 / ln(1/rho)).
for (const [n, f, rounds] of [
  [7, 1, 4],
  [10, 1, 1],
  [13, 2, 6],
  [20, 3, 5],
] as const)
  test(`one halving by MDA at n = ${n}, f = ${f} takes ${rounds} exchanges of a quorum`, () => {
    const where = setting(n, f, 'quorum')
    const contraction = contractionOf(mda, where)
    assert.ok(contraction !== undefined)
    assert.equal(roundsFor(1, contraction, where), rounds)
  })

// docs/PROOFS.md 8: T ceil(log2 T) - 2^ceil(log2 T) + 1.
for (const [steps, halvings] of [
  [1, 0],
  [100, 573],
  [600, 4977],
  [1000, 8977],
  [2000, 19953],
] as const)
  test(`the halvings of ${steps} steps add up to ${halvings}`, () => {
    let sum = 0
    for (let step = 1; step <= steps; step++) sum += halvingsAt(step)
    assert.equal(sum, halvings)
  })

test('the practical profile exchanges once a phase; the proven one not at all at step 1, and more as steps go on', () => {
  const where = setting(7, 2, 'synchronous')
  const practical = roundsOf({ profile: 'practical' }, trmean, trmean, where)
  assert.deepEqual([practical.gradient(1), practical.gradient(100), practical.model], [1, 1, 1])
  const proven = roundsOf({ profile: 'proven' }, trmean, trmean, where)
  // rho = 2/3, h = 5: ceil((N ln 2 + 0.5 ln 4) / ln 1.5), N = 0, 1, 3, 7.
  assert.deepEqual(
    [1, 2, 8, 100].map((step) => proven.gradient(step)),
    [0, 4, 7, 14],
  )
  assert.equal(proven.model, 4)
})
