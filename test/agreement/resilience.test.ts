import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assess, leastVectors, type Plan } from '../../src/agreement/resilience.ts'
import { parseRule } from '../../src/gar/pipeline.ts'

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
  return assess({ ...setting, rule: parseRule(rule), modelRule: parseRule(modelRule) })
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
  [{ rule: 'average', f: 2 }, 'impossible'],
  [{ profile: 'proven' }, 'outside-proof'],
  [{ profile: 'proven', rule: 'trmean' }, 'proven'],
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
