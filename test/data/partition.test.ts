/** Partitions: disjoint, covering, seeded, and as one-sided as asked for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { histogramOf } from '../../src/data/dataset.ts'
import { dirichletShares } from '../../src/data/dirichlet.ts'
import { partition, type Split } from '../../src/data/partition.ts'
import { isCoded } from '../../src/util/coded-error.ts'
import { seededRandom } from '../../src/util/prng.ts'

/** `size` labels that go round the ten classes. */
function labelsOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i % 10)
}

const splits: fc.Arbitrary<Split> = fc.oneof(
  fc.constant<Split>({ kind: 'iid' }),
  fc.constantFrom(0.001, 0.05, 0.5, 1, 100).map((alpha): Split => ({ kind: 'dirichlet', alpha })),
  fc.constant<Split>({ kind: 'shards', each: 1 }),
)

test('shares are disjoint, cover everything, and are never shorter than asked for', () => {
  const cases = fc.record({
    split: splits,
    seed: fc.nat(),
    members: fc.integer({ min: 1, max: 20 }),
    atLeast: fc.integer({ min: 1, max: 16 }),
    spare: fc.nat(500),
  })
  fc.assert(
    fc.property(cases, ({ split, seed, members, atLeast, spare }) => {
      const size = members * atLeast + spare
      const shares = partition(labelsOf(size), split, { seed, members, atLeast })
      const dealt = shares.flatMap((share) => [...share]).sort((a, b) => a - b)
      assert.equal(shares.length, members)
      assert.ok(shares.every((share) => share.length >= atLeast))
      assert.deepEqual(
        dealt,
        Array.from({ length: size }, (_, i) => i),
      )
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('the same seed deals alike, another seed differently', () => {
  const labels = labelsOf(1000)
  for (const split of [
    { kind: 'iid' },
    { kind: 'dirichlet', alpha: 0.5 },
    { kind: 'shards', each: 2 },
  ] as const) {
    const deal = (seed: number) => partition(labels, split, { seed, members: 5, atLeast: 10 })
    assert.deepEqual(deal(7), deal(7))
    assert.notDeepEqual(deal(7), deal(8))
  }
})

test('iid shares differ in length by one at most', () => {
  const lengths = partition(labelsOf(1003), { kind: 'iid' }, { seed: 1, members: 7, atLeast: 1 }).map(
    (share) => share.length,
  )
  assert.ok(Math.max(...lengths) - Math.min(...lengths) <= 1)
})

test('the smaller alpha, the more one-sided a share', () => {
  const labels = labelsOf(20_000)
  const largestClass = (alpha: number) => {
    const shares = partition(labels, { kind: 'dirichlet', alpha }, { seed: 3, members: 10, atLeast: 1 })
    const parts = shares.map((share) => {
      const counts = histogramOf(Uint8Array.from(share, (index) => Number(labels[index])))
      return Math.max(...counts) / share.length
    })
    return parts.reduce((a, b) => a + b) / parts.length
  }
  // With alpha 1000 every share is nearly uniform over the ten classes; with 0.01 it is nearly one class.
  assert.ok(largestClass(1000) < 0.15)
  assert.ok(largestClass(0.01) > 0.6)
  assert.ok(largestClass(0.5) > largestClass(5))
})

test('too few samples for everybody are refused, naming the numbers', () => {
  assert.throws(
    () => partition(labelsOf(63), { kind: 'iid' }, { seed: 1, members: 2, atLeast: 32 }),
    (error) => isCoded(error, 'DATA_TOO_FEW_SAMPLES') && /63 samples .* 2 members .* 32/.test(error.message),
  )
})

test('an alpha that is not above zero is refused', () => {
  for (const alpha of [0, -1, Number.NaN]) {
    assert.throws(
      () => partition(labelsOf(100), { kind: 'dirichlet', alpha }, { seed: 1, members: 2, atLeast: 1 }),
      (error) => isCoded(error, 'DATA_BAD_SPLIT'),
    )
  }
})

test('Dirichlet shares have the mean and the variance of the distribution', () => {
  const draws = 20_000
  const count = 4
  for (const alpha of [0.1, 0.7, 1, 5]) {
    const random = seededRandom(1, 'dirichlet', alpha)
    let sum = 0
    let squares = 0
    for (let i = 0; i < draws; i++) {
      const [first = 0, ...others] = dirichletShares(alpha, count, random)
      assert.ok(Math.abs(others.reduce((a, b) => a + b, first) - 1) < 1e-12)
      sum += first
      squares += first * first
    }
    const mean = sum / draws
    const variance = squares / draws - mean * mean
    // Symmetric Dirichlet: mean 1/K, variance (K - 1) / (K^2 (K alpha + 1)).
    const expected = (count - 1) / (count ** 2 * (count * alpha + 1))
    assert.ok(Math.abs(mean - 1 / count) < 0.01, `mean ${mean} at alpha ${alpha}`)
    assert.ok(
      Math.abs(variance / expected - 1) < 0.05,
      `variance ${variance}, not ${expected}, at alpha ${alpha}`,
    )
  }
})

test('an alpha so small that every gamma variate underflows still gives shares that sum to one', () => {
  const shares = dirichletShares(1e-6, 5, seededRandom(1, 'tiny'))
  assert.equal(
    shares.reduce((a, b) => a + b),
    1,
  )
})

test('with one shard each nobody has more than two classes, with two no more than four', () => {
  for (const each of [1, 2]) {
    const shares = partition(labelsOf(1000), { kind: 'shards', each }, { seed: 1, members: 20, atLeast: 1 })
    for (const share of shares) {
      const present = new Set([...share].map((index) => index % 10))
      assert.ok(present.size <= 2 * each, `${each} shards: ${[...present]}`)
      assert.equal(share.length, 50)
    }
  }
})

test('more shards than samples, and shards that are not whole, are refused', () => {
  for (const each of [0, 1.5, 51])
    assert.throws(
      () => partition(labelsOf(1000), { kind: 'shards', each }, { seed: 1, members: 20, atLeast: 1 }),
      { code: 'DATA_BAD_SPLIT' },
    )
})

test('whole: everybody has all samples, and a batch may not be larger than they are', () => {
  const labels = Uint8Array.of(1, 2, 3)
  const shares = partition(labels, { kind: 'whole' }, { seed: 1, members: 2, atLeast: 3 })
  assert.deepEqual(
    shares.map((share) => [...share]),
    [
      [0, 1, 2],
      [0, 1, 2],
    ],
  )
  assert.throws(() => partition(labels, { kind: 'whole' }, { seed: 1, members: 2, atLeast: 4 }), {
    code: 'DATA_TOO_FEW_SAMPLES',
  })
})
