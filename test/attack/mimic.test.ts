import assert from 'node:assert/strict'
import { test } from 'node:test'
import { learningMimic, mimic } from '../../src/attack/mimic.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { plainAverage, sightOf } from './helpers.ts'

test('a fixed target is copied, to the bit, and the last one where there are fewer', () => {
  const honest = [Float32Array.of(1, 2), Float32Array.of(3, -0)]
  assert.deepEqual(mimic(1)(sightOf(honest)), Float32Array.of(3, -0))
  assert.deepEqual(mimic(7)(sightOf(honest)), Float32Array.of(3, -0))
  assert.notEqual(mimic(0)(sightOf(honest)), honest[0], 'a copy')
})

/** Gradients of 8 peers at one step: noise of 0.1, and the first two peers, whose data are rare, at 3 e_0 and -3 e_0. */
function round(step: number): Float32Array[] {
  const random = seededRandom(step, 'round')
  return Array.from({ length: 8 }, (_, peer) =>
    Float32Array.from({ length: 6 }, (_, k) => {
      const rare = k === 0 && peer < 2 ? 3 - 6 * peer : 0
      return rare + 0.1 * random.normal()
    }),
  )
}

test('the learnt target is one of those along whom honest vectors vary most, and is kept after the warm-up', () => {
  const attack = learningMimic(5)
  const victims = Array.from({ length: 12 }, (_, step) => {
    const honest = round(step)
    const forged = attack(sightOf(honest))
    return honest.findIndex((vector) => vector.every((x, k) => x === forged[k]))
  })
  assert.ok([0, 1].includes(victims[0] ?? -1), `${victims}`)
  assert.equal(new Set(victims.slice(5)).size, 1)
  const kept = victims.at(-1) ?? -1
  const quiet = round(99).map(() => Float32Array.of(0, 0, 0, 0, 0, 9))
  quiet[kept] = Float32Array.of(1, 1, 1, 1, 1, 1)
  assert.deepEqual(attack(sightOf(quiet)), quiet[kept], 'also when another varies more')
})

test('attackers who saw the same choose the same, and each attack starts afresh', () => {
  const [one, other] = [learningMimic(3), learningMimic(3)]
  for (let step = 0; step < 6; step++)
    assert.deepEqual(one(sightOf(round(step))), other(sightOf(round(step), { random: seededRandom(step) })))
})

test('vectors that are all the same leave it with the first one', () => {
  const honest = [Float32Array.of(1, 1), Float32Array.of(1, 1)]
  assert.deepEqual(learningMimic(2)(sightOf(honest)), Float32Array.of(1, 1))
})

test('mimic skews plain averaging towards its victim by liars / n of the distance, over and over', () => {
  const attack = learningMimic(2)
  const honestSum = new Float64Array(6)
  const heardSum = new Float64Array(6)
  const steps = 40
  for (let step = 0; step < steps; step++) {
    const honest = round(step)
    const forged = attack(sightOf(honest, { liars: 4 }))
    const heard = plainAverage([...honest, forged, forged, forged, forged])
    plainAverage(honest).forEach((x, k) => {
      honestSum[k] = (honestSum[k] ?? 0) + x / steps
    })
    heard.forEach((x, k) => {
      heardSum[k] = (heardSum[k] ?? 0) + x / steps
    })
  }
  // 4 of 12 say +-3 e_0, while the honest mean is 0 there.
  assert.ok(Math.abs(honestSum[0] ?? 1) < 0.02)
  assert.ok(Math.abs(Math.abs(heardSum[0] ?? 0) - 1) < 0.05, `${heardSum[0]}`)
})
