import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { mostCompactSubset } from '../../src/gar/mda.ts'
import { type Graph, hasCover } from '../../src/gar/vertex-cover.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { normalVectors, scenes, squaredDistances, subsets } from './helpers.ts'

describe('the most compact subset', () => {
  it('is the first that enumeration finds, also where many are equally compact', () => {
    fc.assert(
      fc.property(scenes(2, 1), ({ vectors, f }) => {
        assert.deepEqual(compactSubset(vectors, f), byEnumeration(vectors, f))
      }),
      { numRuns: 300 },
    )
  })

  it('is the first that enumeration finds among 13 vectors with f = 6', () => {
    for (let seed = 0; seed < 10; seed++) {
      const vectors = normalVectors(seed, 13, 3)
      assert.deepEqual(compactSubset(vectors, 6), byEnumeration(vectors, 6))
    }
  })

  it('is found among 50 vectors with f = 16, where enumeration would look at 5e12', () => {
    // 34 near the origin, 16 in a shell around it, interleaved: the answer is known.
    const far = new Set(Array.from({ length: 16 }, (_, i) => 3 * i + 1))
    const vectors = normalVectors(7, 50, 5).map((vector, i) =>
      far.has(i) ? vector.map((x) => x + 100 * Math.sign(x)) : vector,
    )
    const expected = Array.from(vectors.keys()).filter((i) => !far.has(i))
    assert.deepEqual(compactSubset(vectors, 16), expected)
  })
})

it('a vertex cover is found exactly when there is one', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = seededRandom(seed, 'graph')
    const graph = randomGraph(3 + random.below(7), random.uniform(), random.uniform.bind(random))
    const least = leastCover(graph)
    for (let budget = 0; budget <= graph.n; budget++) {
      assert.equal(hasCover(graph, new Uint8Array(graph.n), budget), budget >= least, `seed ${seed}`)
    }
  }
})

function compactSubset(vectors: readonly Float32Array[], f: number): number[] {
  return mostCompactSubset(squaredDistances(vectors), vectors.length, f)
}

function byEnumeration(vectors: readonly Float32Array[], f: number): number[] {
  const n = vectors.length
  const distances = squaredDistances(vectors)
  let best: number[] = []
  let least = Infinity
  for (const subset of subsets(n, n - f)) {
    const diameter = Math.max(...subset.flatMap((i) => subset.map((j) => distances[i * n + j] as number)))
    if (diameter < least) {
      least = diameter
      best = subset
    }
  }
  return best
}

function randomGraph(n: number, density: number, uniform: () => number): Graph {
  const edges = new Uint8Array(n * n)
  for (const [a, b] of subsets(n, 2) as Iterable<[number, number]>) {
    if (uniform() < density) edges[a * n + b] = edges[b * n + a] = 1
  }
  return { n, edges }
}

function leastCover({ n, edges }: Graph): number {
  for (let size = 0; ; size++) {
    for (const cover of subsets(n, size)) {
      const misses = (edge: number, at: number) =>
        edge === 1 && !cover.includes(at % n) && !cover.includes(Math.floor(at / n))
      if (!edges.some(misses)) return size
    }
  }
}
