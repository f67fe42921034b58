import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linksInWords } from '../../src/scenario/links-in-words.ts'
import { checkScenario } from '../../src/scenario/scenario.ts'

const said = (input: object) => {
  const [arm] = checkScenario({ name: 'x', ...input }).arms
  assert.ok(arm)
  return linksInWords(arm.settings)
}

test('where an order is chosen, what links would do is not told', () => {
  assert.equal(
    said({ network: {} }),
    'links of 5 to 100 ms, no limit on bandwidth, nothing is lost; computing takes no time',
  )
  const partitions = [{ fromMs: 0, untilMs: 10, sides: [[0], [1]] }]
  assert.equal(
    said({ network: { order: 'adversarial', partitions }, synchrony: { policy: 'quorum' }, workMs: 5 }),
    'one message arrives each millisecond, in adversarial order, partitions: 1; each computation takes 5 ms',
  )
})
