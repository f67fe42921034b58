/**
 * Why the guard knows no factor for the coordinate-wise median. Five members, f = 1, each going on with the first four:
 * whoever schedules deliveries, and one liar that tells each member something else, keep the honest ones apart for ever.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contractionOf } from '../../src/agreement/contraction.ts'
import { parseAgreementRule } from '../../src/agreement/rule.ts'
import { diameter } from '../../src/gar/spread.ts'

const at = (value: number) => Float32Array.of(value)

/** A member is served both vectors of its own side, one of the other side, and the liar's, which takes its side. */
function served(honest: readonly Float32Array[], member: number): Float32Array[] {
  const isMine = (i: number) => i < 2 === member < 2
  const mine = honest.filter((_, i) => isMine(i))
  const theirs = honest.filter((_, i) => !isMine(i)).slice(0, 1)
  return [...mine, ...theirs, ...mine.slice(0, 1)]
}

function diameterAfter(rule: string, rounds: number): number {
  const { aggregate } = parseAgreementRule(rule)
  let honest: readonly Float32Array[] = [0, 0, 1, 1].map(at)
  for (let round = 0; round < rounds; round++) {
    const before = honest
    honest = before.map((_, member) => aggregate(served(before, member), 1))
  }
  return diameter(honest)
}

test('the median of four of five leaves the honest diameter as it is for 100 rounds', () => {
  for (let rounds = 1; rounds <= 100; rounds++) assert.equal(diameterAfter('median', rounds), 1)
})

test('the median of a member that holds 0 is of 0, 0, 1, 0, and of one that holds 1 of 1, 1, 0, 1', () => {
  const honest = [0, 0, 1, 1].map(at)
  assert.deepEqual(served(honest, 0), [0, 0, 1, 0].map(at))
  assert.deepEqual(served(honest, 3), [1, 1, 0, 1].map(at))
})

test('the guard knows no factor for the median, and says that five members are too few for trimmed mean', () => {
  const setting = { n: 5, f: 1, late: 1, policy: 'quorum' } as const
  assert.equal(contractionOf(parseAgreementRule('median'), setting), undefined)
  assert.equal(contractionOf(parseAgreementRule('trmean'), setting)?.needed, 6)
})

// With one member more, and trimmed mean: k(1) = 2/3 a round at n = 6, f = 1.
test('six members with trimmed mean come together under the same schedule', () => {
  const { aggregate } = parseAgreementRule('trmean')
  let honest: readonly Float32Array[] = [0, 0, 0, 1, 1].map(at)
  for (let round = 0; round < 20; round++) {
    const before = honest
    honest = before.map((own, member) => {
      const others = before.filter((_, i) => i !== member).sort((a, b) => distance(a, own) - distance(b, own))
      return aggregate([own, ...others.slice(0, 3), own], 1)
    })
  }
  assert.ok(diameter(honest) <= (2 / 3) ** 20)
})

function distance([a = 0]: Float32Array, [b = 0]: Float32Array): number {
  return Math.abs(a - b)
}
