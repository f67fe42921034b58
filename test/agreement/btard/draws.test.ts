/** Who is drawn for what: public randomness, validators, their targets, batches and directions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { castOf, drawOf, targetOf } from '../../../src/agreement/btard/cast.ts'
import {
  commitmentTo,
  firstRandomness,
  jointRandomness,
  randomnessAfterRefusal,
} from '../../../src/agreement/btard/public-randomness.ts'
import { directionsOf } from '../../../src/agreement/btard/scalars.ts'
import { seededRandom } from '../../../src/util/prng.ts'

const members = Array.from({ length: 10 }, (_, i) => `p${i}`)
const randomnessOf = (i: number) => jointRandomness([seededRandom(i, 'nonce').bytes(32)])

test('validators and contributors are all members, each once, and liars cannot outnumber the honest contributors', () => {
  for (let i = 0; i < 100; i++)
    for (const [f, wanted, expected] of [
      [0, 1, 1],
      [2, 3, 3],
      [2, 50, 5],
      [4, 3, 1],
      [5, 3, 0],
    ] as const) {
      const { contributors, validators } = castOf(randomnessOf(i), members, { f, validators: wanted })
      assert.equal(validators.length, expected)
      assert.deepEqual([...contributors, ...validators].sort(), members)
      assert.deepEqual(contributors.toSorted(), contributors)
    }
})

test('every member validates as often as any other, and every contributor is looked at as often', () => {
  const rounds = 4000
  const validated = new Map<string, number>()
  const looked = new Map<string, number>()
  const count = (map: Map<string, number>, peer = '') => map.set(peer, (map.get(peer) ?? 0) + 1)
  for (let i = 0; i < rounds; i++) {
    const cast = castOf(randomnessOf(2 * i), members, { f: 1, validators: 2 })
    for (const validator of cast.validators) {
      count(validated, validator)
      count(looked, targetOf(randomnessOf(2 * i + 1), cast, validator))
    }
  }
  // 2 of 10, each way: the mean of 4,000 draws, and four of its standard deviations.
  const leeway = 4 * Math.sqrt(rounds * 0.2 * 0.8)
  for (const map of [validated, looked])
    for (const peer of members)
      assert.ok(Math.abs((map.get(peer) ?? 0) - 0.2 * rounds) <= leeway, `${peer}: ${map.get(peer)}`)
})

test('validators have different targets as long as there are enough, and who is none has none', () => {
  for (let i = 0; i < 200; i++) {
    const cast = castOf(randomnessOf(i), members, { f: 0, validators: 5 })
    const targets = cast.validators.map((peer) => targetOf(randomnessOf(i + 1000), cast, peer))
    assert.equal(new Set(targets).size, 5)
    assert.ok(targets.every((peer) => cast.contributors.includes(peer ?? '')))
    assert.equal(targetOf(randomnessOf(i), cast, cast.contributors[0] ?? ''), undefined)
  }
})

test('draws are whole numbers from 1 to 2^31 - 1, others for each member and step', () => {
  const draws = new Set<number>()
  for (let i = 0; i < 500; i++)
    for (const peer of members) {
      const draw = drawOf(randomnessOf(i), peer)
      assert.ok(Number.isInteger(draw) && draw >= 1 && draw < 2 ** 31, `${draw}`)
      draws.add(draw)
    }
  // 5,000 of 2^31: about 0.006 pairs are expected to meet.
  assert.ok(draws.size >= 4999)
})

test('one nonce more or less, or another, is other randomness; a commitment binds nonce, step and member', () => {
  const nonces = [1, 2, 3].map((i) => seededRandom(i, 'nonce').bytes(32))
  const all = jointRandomness(nonces)
  const variants = [
    all,
    jointRandomness(nonces.slice(1)),
    jointRandomness(nonces.toReversed()),
    firstRandomness(members),
    randomnessAfterRefusal(all),
    randomnessAfterRefusal(randomnessAfterRefusal(all)),
  ]
  assert.equal(new Set(variants).size, variants.length)
  const nonce = nonces[0] ?? new Uint8Array()
  const commitments = [
    commitmentTo(nonce, 1, 'p1'),
    commitmentTo(nonce, 2, 'p1'),
    commitmentTo(nonce, 1, 'p2'),
    commitmentTo(nonces[1] ?? nonce, 1, 'p1'),
  ]
  assert.equal(new Set(commitments.map(String)).size, 4)
})

test('directions are drawn for each column, within [-1, 1), with the moments of the uniform distribution', () => {
  const columns = [new Float32Array(5000), new Float32Array(5000), new Float32Array(0)]
  const [one = new Float64Array(), other = new Float64Array(), none] = directionsOf(randomnessOf(1), columns)
  assert.equal(none?.length, 0)
  assert.notDeepEqual(one, other)
  for (const direction of [one, other]) {
    assert.ok(direction.every((z) => z >= -1 && z < 1))
    const mean = direction.reduce((sum, z) => sum + z, 0) / 5000
    const square = direction.reduce((sum, z) => sum + z * z, 0) / 5000
    assert.ok(Math.abs(mean) < 0.03 && Math.abs(square - 1 / 3) < 0.02, `${mean}, ${square}`)
  }
})
