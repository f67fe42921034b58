/** The guard of AggregaThor. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import { isCoded } from '../../../src/util/coded-error.ts'
import { planOf } from '../protocol-swarm.ts'

function assess(n: number, f: number, rule: string, { protocol = 'aggregathor', late = 0 } = {}) {
  return parseProtocol(protocol).assess(planOf({ protocol, n, f, rule, late, steps: 1 }))
}

test("the paper's sizes: 19 workers withstand 8 liars with Multi-Krum and 4 with Bulyan, and not one more", () => {
  for (const [rule, f] of [
    ['multikrum', 8],
    ['krum', 8],
    ['bulyan', 4],
    ['bulyan-multikrum', 4],
  ] as const) {
    assert.equal(assess(19, f, rule).standing, 'proven', rule)
    const refused = assess(19, f + 1, rule)
    assert.equal(refused.standing, 'impossible', rule)
    assert.match(refused.sentence, rule.includes('bulyan') ? /n >= 4f\+3 = 23/ : /n >= 2f\+3 = 21/)
  }
})

test('each worker that is late on top of f takes one worker more', () => {
  assert.equal(assess(19, 8, 'multikrum', { late: 1 }).standing, 'outside-proof')
  assert.equal(assess(20, 8, 'multikrum', { late: 1 }).standing, 'proven')
  assert.match(assess(19, 8, 'multikrum', { late: 1 }).sentence, /1 more late = 20 members/)
})

test('a rule with a fixed number of neighbours must have them with f workers missing, or is outside the proof', () => {
  assert.equal(assess(10, 2, 'multikrum:neighbors=9').standing, 'outside-proof')
  assert.match(assess(10, 2, 'multikrum:neighbors=9').sentence, /= 12 members/)
})

test('an average has no defence, and is only run where nobody lies', () => {
  assert.equal(assess(5, 0, 'average').standing, 'proven')
  assert.equal(assess(5, 1, 'average').standing, 'impossible')
})

test('rules of which no convergence is proven here run, outside the proof', () => {
  for (const rule of [
    'median',
    'trmean',
    'nnm>trmean',
    'geomed',
    'midpoint',
    'centeredclipping',
    'smea-power1',
  ]) {
    const assessment = assess(19, 4, rule)
    assert.ok(assessment.standing === 'outside-proof', rule)
    assert.ok(isCoded(assessment.error, 'AGREEMENT_NOTHING_PROVEN'), rule)
  }
})

test("a rule that trusts a vector of one's own, or has too many subsets to look at, is refused before anything is said", () => {
  for (const [rule, n, code] of [
    ['monna', 19, 'GAR_NOT_GIVEN'],
    ['smea', 60, 'GAR_TOO_MANY_SUBSETS'],
  ] as const) {
    const assessment = assess(n, 8, rule)
    assert.ok(assessment.standing === 'impossible' && isCoded(assessment.error, code), rule)
  }
})

test('who loses chunks is among the f, and the sentence says so', () => {
  const lossy = assess(19, 8, 'multikrum', { protocol: 'aggregathor:lossy=yes' })
  assert.equal(lossy.standing, 'proven')
  assert.match(lossy.sentence, /at most f workers that lie, are late or lose chunks/)
  assert.doesNotMatch(assess(19, 8, 'multikrum').sentence, /chunks/)
})

test('where one lost chunk costs a gradient, the sentence says of how many; by default none does', () => {
  const sentence = (fill: string, rule: string) =>
    assess(19, 8, rule, { protocol: `aggregathor:lossy=yes,chunk=8${fill}` }).sentence
  // Six coordinates in chunks of two.
  const costs = /absent where one of its 3 chunks is lost/
  for (const fill of [',fill=nan', ',fill=drop-vector']) assert.match(sentence(fill, 'multikrum'), costs)
  assert.match(sentence(',fill=drop-vector', 'median'), costs)
  assert.doesNotMatch(sentence(',fill=nan', 'median'), costs)
  for (const rule of ['multikrum', 'median']) assert.doesNotMatch(sentence('', rule), costs)
})

test('rounds are synchronous: other policies are refused', () => {
  const { assess } = parseProtocol('aggregathor')
  const plan = planOf({ protocol: 'aggregathor', n: 5, f: 1, rule: 'multikrum', steps: 1 })
  for (const policy of ['quorum', 'reliable'] as const) {
    const assessment = assess({ ...plan, policy })
    assert.ok(assessment.standing === 'impossible' && isCoded(assessment.error, 'AGREEMENT_WRONG_POLICY'))
  }
})

test('a chunk is a multiple of 8 bytes that a datagram holds', () => {
  for (const chunk of [8, 1200, 65_000]) parseProtocol(`aggregathor:lossy=yes,chunk=${chunk}`)
  for (const chunk of ['0', '4', '12', '65008', '-8', '8.5', 'x', ''])
    assert.throws(
      () => parseProtocol(`aggregathor:lossy=yes,chunk=${chunk}`),
      (error) => isCoded(error, 'AGREEMENT_BAD_PARAMETER'),
      chunk,
    )
})
