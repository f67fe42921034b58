import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assess, leastVectors, type Plan } from '../../src/agreement/resilience.ts'
import { parseAgreementRule } from '../../src/agreement/rule.ts'

type Case = Omit<Plan, 'rule' | 'modelRule'> & { readonly rule: string; readonly modelRule: string }

const base: Case = {
  n: 7,
  f: 2,
  late: 0,
  policy: 'synchronous',
  rule: 'nnm>trmean',
  modelRule: 'trmean',
  profile: 'practical',
}

function standing(changes: Partial<Case>): string {
  return answer(changes).standing
}

function answer(changes: Partial<Case>) {
  const { rule, modelRule, ...setting } = { ...base, ...changes }
  return assess({ ...setting, rule: parseAgreementRule(rule), modelRule: parseAgreementRule(modelRule) })
}

const cases: readonly [Partial<Case>, string][] = [
  [{}, 'proven'],
  [{ n: 6 }, 'outside-proof'],
  [{ n: 4 }, 'impossible'],
  [{ n: 4, f: 1 }, 'proven'],
  [{ n: 4, f: 1, late: 1 }, 'outside-proof'],
  [{ n: 6, f: 1, late: 1 }, 'proven'],
  [{ policy: 'quorum', late: 2 }, 'outside-proof'],
  [{ policy: 'quorum', n: 11, late: 2 }, 'proven'],
  [{ policy: 'quorum', n: 10, late: 2 }, 'outside-proof'],
  [{ modelRule: 'median' }, 'outside-proof'],
  [{ modelRule: 'nnm>trmean' }, 'outside-proof'],
  [{ modelRule: 'mda' }, 'outside-proof'],
  [{ modelRule: 'mda', n: 9 }, 'proven'],
  [{ rule: 'krum' }, 'proven'],
  [{ rule: 'krum', n: 6 }, 'impossible'],
  [{ rule: 'krum', policy: 'quorum', n: 8, late: 2 }, 'impossible'],
  [{ rule: 'average', modelRule: 'average', f: 0 }, 'proven'],
  // Each member draws for itself.
  [{ rule: 'average', modelRule: 'bucketing>median', f: 0 }, 'outside-proof'],
  [{ rule: 'average', f: 2 }, 'impossible'],
  [{ profile: 'proven' }, 'outside-proof'],
  [{ profile: 'proven', rule: 'trmean' }, 'proven'],
  [{ profile: 'proven', rule: 'midpoint', modelRule: 'midpoint' }, 'proven'],
  // Without agreement on gradients any rule does for them.
  [{ profile: 'proven', halvings: 0 }, 'proven'],
  [{ profile: 'proven', halvings: 3 }, 'outside-proof'],
  [{ profile: 'proven', halvings: 3, rule: 'trmean' }, 'proven'],
  [{ profile: 'garfield' }, 'proven'],
  [{ profile: 'single' }, 'outside-proof'],
  [{ rounds: 4 }, 'outside-proof'],
  [{ modelRounds: 4 }, 'outside-proof'],
  [{ policy: 'reliable', late: 2 }, 'proven'],
  [{ policy: 'reliable', n: 6 }, 'impossible'],
  [{ policy: 'reliable', modelRule: 'midpoint' }, 'proven'],
  [{ policy: 'reliable', modelRule: 'mda', n: 12 }, 'outside-proof'],
  [{ policy: 'reliable', modelRule: 'mda', n: 13 }, 'proven'],
  // Reliable broadcast may bring no more than n - f vectors, and Krum needs 2f + 3.
  [{ policy: 'reliable', rule: 'krum', n: 8 }, 'impossible'],
  [{ policy: 'reliable', rule: 'krum', n: 9 }, 'proven'],
]

for (const [changes, expected] of cases)
  test(`${JSON.stringify(changes)} is ${expected}`, () => assert.equal(standing(changes), expected))

test('a refusal names n, f, u, the rule and the bound', () => {
  for (const changes of [{ n: 6 }, { n: 4 }]) {
    const { sentence } = answer(changes)
    for (const part of [`n = ${changes.n}`, 'f = 2', 'u = 0', 'trmean', 'n >= 3f+2u+1 = 7'])
      assert.ok(sentence.includes(part), `"${part}" is not in "${sentence}"`)
  }
})

test('what is proven is said in the words of the profile', () => {
  assert.match(answer({}).sentence, /practical/)
  assert.match(answer({ profile: 'proven', rule: 'trmean' }).sentence, /theorem/)
})

test('an exchange waits for n - f vectors, and never for fewer than trimmed mean needs', () => {
  assert.equal(leastVectors({ n: 7, f: 2 }), 5)
  assert.equal(leastVectors({ n: 6, f: 2 }), 5)
  assert.equal(leastVectors({ n: 5, f: 0 }), 5)
})

test('each phase has its row: bound, factor, rounds, standing, and where it is proven', () => {
  const { phases } = answer({ profile: 'proven', rule: 'trmean' })
  assert.deepEqual(
    phases.map(({ phase, bound, needed, standing }) => [phase, bound, needed, standing]),
    [
      ['gradient', 'n >= 3f+2u+1', 7, 'proven'],
      ['model', 'n >= 3f+2u+1', 7, 'proven'],
    ],
  )
  // k(0) = 2/3; one halving of the diameter at h = 5: ceil((ln 2 + 0.5 ln 4) / ln 1.5) = 4.
  for (const { contraction } of phases) assert.equal(contraction?.factor, 2 / 3)
  for (const { contraction } of phases) assert.match(contraction?.source ?? '', /^docs\/PROOFS\.md \d+$/)
  assert.deepEqual(
    phases.map(({ rounds }) => rounds(2)),
    [4, 4],
  )
})

test('a phase of which nothing is claimed is runnable, one that is not proven says why, one that cannot run is refused', () => {
  const [gradient] = answer({}).phases
  assert.equal(gradient?.standing, 'runnable')
  assert.match(gradient?.sentence ?? '', /asks for no contraction of gradients/)
  const [, model] = answer({ n: 6 }).phases
  assert.equal(model?.standing, 'runnable')
  assert.match(model?.sentence ?? '', /^AGREEMENT_OUTSIDE_PROOF/)
  assert.equal(answer({ rule: 'krum', n: 6 }).phases[0]?.standing, 'refused')
})

test('reliable broadcast is refused below n = 3f+1, whatever the rule', () => {
  for (const modelRule of ['trmean', 'mda', 'midpoint', 'median'])
    assert.match(
      answer({ policy: 'reliable', n: 6, modelRule }).sentence,
      /AGREEMENT_IMPOSSIBLE.*n >= 3f\+1 = 7/,
    )
})
