import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permutation, seededRandom } from '../../src/util/prng.ts'

const draws = (count: number, draw: () => number) => Array.from({ length: count }, draw)

test('the same seed and names give the same stream, any other gives another', () => {
  const stream = (seed: number, ...names: (string | number)[]) => {
    const random = seededRandom(seed, ...names)
    return draws(8, () => random.uniform())
  }
  assert.deepEqual(stream(7, 'peer', 3), stream(7, 'peer', 3))
  const others = [stream(8, 'peer', 3), stream(7, 'peer', 4), stream(7, 'peer'), stream(7, 'link', 3)]
  for (const other of others) assert.notDeepEqual(other, stream(7, 'peer', 3))
})

test('uniform draws are in [0, 1) with the mean and variance of that', () => {
  const random = seededRandom(1, 'uniform')
  const values = draws(20_000, () => random.uniform())
  assert.ok(values.every((x) => x >= 0 && x < 1))
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
  // Five standard errors: 5 sqrt(1/12 / 20,000) = 0.0102; 5 sqrt(1/180 / 20,000) = 0.0026.
  assert.ok(Math.abs(mean - 1 / 2) < 0.0102, `${mean}`)
  assert.ok(Math.abs(variance - 1 / 12) < 0.0027, `${variance}`)
})

test('normal draws have mean 0, variance 1 and the tails of a normal', () => {
  const random = seededRandom(1, 'normal')
  const values = draws(20_000, () => random.normal())
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + x * x, 0) / values.length
  const beyondTwo = values.filter((x) => Math.abs(x) > 2).length / values.length
  assert.ok(Math.abs(mean) < 0.036, `${mean}`)
  assert.ok(Math.abs(variance - 1) < 0.05, `${variance}`)
  // P(|x| > 2) = 0.0455, five standard errors 0.0074.
  assert.ok(Math.abs(beyondTwo - 0.0455) < 0.0074, `${beyondTwo}`)
})

test('a permutation holds every index once, and every one comes first as often as any other', () => {
  const random = seededRandom(1, 'permutation')
  const first = new Uint32Array(5)
  for (let i = 0; i < 5000; i++) {
    const order = permutation(5, random)
    assert.deepEqual([...order].sort(), [0, 1, 2, 3, 4])
    const head = order[0] ?? 0
    first[head] = (first[head] ?? 0) + 1
  }
  // 1,000 each, standard deviation 28.
  for (const count of first) assert.ok(Math.abs(count - 1000) < 150, `${first}`)
})

test('bytes take all values', () => {
  const seen = new Set(seededRandom(1, 'bytes').bytes(10_000))
  assert.equal(seen.size, 256)
})
