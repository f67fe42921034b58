import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { topEigenpair } from '../../src/gar/eigen.ts'
import { centeredGram, dot, times } from '../../src/gar/gram.ts'
import { leastVariance } from '../../src/gar/mva.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import { leastSpread } from '../../src/gar/smea.ts'
import { subsetsOf } from '../../src/gar/subset-search.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { normalVectors, scenes, squaredDistances, subsets } from './helpers.ts'

/** Variance and greatest eigenvalue from the coordinates, without distances or products of rows. */
const costs = {
  variance: (rows: readonly Float32Array[]) => {
    const covariance = scatter(rows)
    return covariance.reduce((sum, row, k) => sum + (row[k] as number), 0)
  },
  spread: (rows: readonly Float32Array[]) => {
    const covariance = scatter(rows)
    return topEigenpair({ n: covariance.length, values: Float64Array.from(covariance.flat()) }).value
  },
}

const searches = { variance: leastVariance, spread: leastSpread }

describe('the cheapest subset', () => {
  for (const name of ['variance', 'spread'] as const)
    it(`by ${name} is the first that enumeration finds, also where many are equally cheap`, () => {
      fc.assert(
        fc.property(scenes(2, 1), ({ vectors, f }) => {
          const n = vectors.length
          const found = searches[name](squaredDistances(vectors), n, n - f)
          assert.deepEqual([...found], byEnumeration(vectors, n - f, costs[name]))
        }),
        { numRuns: 200 },
      )
    })

  it('is what is known to be the cheapest among 24, where enumeration would look at 735471', () => {
    const far = new Set([0, 3, 6, 9, 12, 15, 18, 21])
    const vectors = normalVectors(5, 24, 6).map((vector, i) =>
      far.has(i) ? vector.map((x) => x + 30 * Math.sign(x)) : vector,
    )
    const near = Array.from(vectors.keys()).filter((i) => !far.has(i))
    const distances = squaredDistances(vectors)
    assert.deepEqual(leastVariance(distances, 24, 16), near)
    assert.deepEqual(leastSpread(distances, 24, 16), near)
  })

  it('of vectors that are all the same is the first', () => {
    assert.deepEqual(leastVariance(new Float64Array(49), 7, 4), [0, 1, 2, 3])
    assert.deepEqual(leastSpread(new Float64Array(49), 7, 4), [0, 1, 2, 3])
  })
})

it('subsets come in lexicographic order, each once', () => {
  for (const [n, size] of [
    [5, 3],
    [4, 4],
    [6, 1],
  ] as const)
    assert.deepEqual([...subsetsOf(n, size)], [...subsets(n, size)])
})

it('products of centred rows follow from their distances, with any weights', () => {
  const vectors = normalVectors(3, 6, 4)
  const weights = Float64Array.of(1, 0.5, 0, 0.25, 1, 0.1)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const mean = Array.from({ length: 4 }, (_, k) =>
    vectors.reduce((sum, vector, i) => sum + ((weights[i] as number) * (vector[k] as number)) / total, 0),
  )
  const centered = vectors.map((vector) => Float64Array.from(vector, (x, k) => x - (mean[k] as number)))
  const { values } = centeredGram({ n: 6, values: squaredDistances(vectors) }, weights)
  for (const [at, value] of values.entries()) {
    const [i, j] = [Math.floor(at / 6), at % 6]
    const product = dot(centered[i] as Float64Array, centered[j] as Float64Array)
    assert.ok(Math.abs(value - product) < 1e-12)
  }
})

it('the top eigenpair is one, of length 1, and no direction has more', () => {
  for (let seed = 0; seed < 50; seed++) {
    const random = seededRandom(seed, 'matrix')
    const n = 1 + random.below(9)
    const rows = Array.from({ length: n }, () => Float64Array.from({ length: n }, () => random.normal()))
    const values = Float64Array.from({ length: n * n }, (_, at) =>
      dot(rows[Math.floor(at / n)] as Float64Array, rows[at % n] as Float64Array),
    )
    const { value, vector } = topEigenpair({ n, values })
    assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-12)
    for (const [i, x] of times({ n, values }, vector).entries())
      assert.ok(Math.abs(x - value * (vector[i] as number)) < 1e-10 * (1 + value))
    for (let k = 0; k < 20; k++) {
      const v = Float64Array.from({ length: n }, () => random.normal())
      assert.ok(dot(v, times({ n, values }, v)) <= value * dot(v, v) * (1 + 1e-12) + 1e-12)
    }
  }
})

it('mva and smea run just below as many subsets as they refuse', () => {
  const vectors = (n: number) => normalVectors(1, n, 3)
  // 24 over 7 is 346104, 20 over 9 is 167960, 25 over 12 is 5200300.
  assert.ok(parseRule('mva').aggregate(vectors(25), 12).every(Number.isFinite))
  assert.ok(parseRule('smea').aggregate(vectors(20), 9).every(Number.isFinite))
  assert.throws(() => parseRule('smea').aggregate(vectors(24), 7), { code: 'GAR_TOO_MANY_SUBSETS' })
})

it('mva and smea of hundreds of vectors are their mean where nobody lies, at once', () => {
  const vectors = normalVectors(1, 600, 3)
  const mean = parseRule('average').aggregate(vectors, 0)
  for (const rule of ['mva', 'smea']) assert.deepEqual(parseRule(rule).aggregate(vectors, 0), mean)
})

function byEnumeration(
  vectors: readonly Float32Array[],
  size: number,
  cost: (rows: readonly Float32Array[]) => number,
): number[] {
  let best: number[] = []
  let least = Number.POSITIVE_INFINITY
  for (const subset of subsets(vectors.length, size)) {
    const value = cost(subset.map((i) => vectors[i] as Float32Array))
    // Equal costs come out of different sums: what differs by rounding alone is equal.
    if (value < least - 1e-9 * Math.max(least === Infinity ? 0 : least, 1e-3)) {
      least = value
      best = subset
    }
  }
  return best
}

/** Sums of products of deviations from the mean, [d][d]. */
function scatter(rows: readonly Float32Array[]): number[][] {
  const d = rows[0]?.length ?? 0
  const mean = Array.from(
    { length: d },
    (_, k) => rows.reduce((sum, row) => sum + (row[k] as number), 0) / rows.length,
  )
  return mean.map((a, k) =>
    mean.map((b, l) =>
      rows.reduce((sum, row) => sum + ((row[k] as number) - a) * ((row[l] as number) - b), 0),
    ),
  )
}
