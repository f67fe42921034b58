/** What is true of the rules whatever the vectors are. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseRule } from '../../src/gar/pipeline.ts'
import { permutation, seededRandom } from '../../src/util/prng.ts'
import { bits, normalVectors, numbers, scenes } from './helpers.ts'

const coordinateWise = ['trmean', 'median', 'median:even=lower', 'median:even=upper']
const choosing = [
  'krum',
  'krum:neighbors=n-f-1',
  'krum:distance=euclidean',
  'multikrum',
  'multikrum:m=n-f',
  'mda',
]
const mixing = ['nnm>trmean', 'nnm>median']
const robust = [...coordinateWise, ...choosing, ...mixing]

describe('coordinate-wise rules', () => {
  for (const rule of coordinateWise) {
    it(`${rule} does not depend, to the bit, on the order of the vectors`, () => {
      const { aggregate } = parseRule(rule)
      fc.assert(
        fc.property(scenes(2, 1), fc.integer(), ({ vectors, f }, seed) => {
          assert.deepEqual(bits(aggregate(shuffled(vectors, seed), f)), bits(aggregate(vectors, f)))
        }),
      )
    })

    it(`${rule} stays within the honest values of each coordinate, whatever f others are`, () => {
      const { aggregate } = parseRule(rule)
      const wild = fc.constantFrom(3.4e38, -3.4e38, 1e-40, 0, 7)
      fc.assert(
        fc.property(scenes(2, 1), fc.infiniteStream(wild), ({ vectors, f }, values) => {
          const honest = vectors.slice(f)
          const liars = vectors.slice(0, f).map((vector) => vector.map(() => values.next().value as number))
          assertInBox(aggregate([...liars, ...honest], f), honest)
        }),
      )
    })
  }
})

describe('every robust rule', () => {
  for (const rule of robust) {
    const { aggregate } = parseRule(rule)

    it(`${rule} gives x when all vectors are x`, () => {
      fc.assert(
        fc.property(scenes(), ({ vectors, f }) => {
          const [x] = vectors as [Float32Array]
          const same = vectors.map(() => x)
          assert.deepEqual(numbers(aggregate(same, f)), numbers(x))
        }),
      )
    })

    it(`${rule} stays within the box of the honest when f vectors are far away`, () => {
      fc.assert(
        fc.property(scenes(), fc.boolean(), ({ vectors, f }, together) => {
          const honest = vectors.slice(f)
          const liars = vectors
            .slice(0, f)
            .map((vector, i) => vector.map((value) => value + (together ? 1e30 : (i + 1) * -1e30)))
          assertInBox(aggregate([...honest, ...liars], f), honest)
        }),
      )
    })

    it(`${rule} scales with the vectors, exactly by powers of two`, () => {
      fc.assert(
        fc.property(scenes(), fc.constantFrom(0.25, 4), ({ vectors, f }, scale) => {
          const scaled = vectors.map((vector) => vector.map((value) => value * scale))
          const expected = aggregate(vectors, f).map((value) => value * scale)
          assert.deepEqual(bits(aggregate(scaled, f)), bits(expected))
        }),
      )
    })

    it(`${rule} moves with the vectors`, () => {
      fc.assert(
        fc.property(scenes(), fc.integer({ min: -100, max: 100 }), ({ vectors, f }, shift) => {
          const shifted = vectors.map((vector) => vector.map((value) => value + shift))
          const moved = aggregate(shifted, f)
          for (const [k, value] of aggregate(vectors, f).entries()) {
            // Coordinates are below 1100, where float32s are 1.2e-4 apart.
            assert.ok(Math.abs((moved[k] as number) - (value + shift)) <= 5e-4)
          }
        }),
      )
    })

    it(`${rule} leaves its input as it was, and gives a vector of its own`, () => {
      fc.assert(
        fc.property(scenes(), ({ vectors, f }) => {
          const before = vectors.map(bits)
          aggregate(vectors, f).fill(12345)
          assert.deepEqual(vectors.map(bits), before)
        }),
      )
    })
  }
})

describe('rules that choose', () => {
  for (const rule of [...choosing.filter((name) => name !== 'mda'), ...mixing]) {
    it(`${rule} does not depend on the order of vectors in general position`, () => {
      const { aggregate } = parseRule(rule)
      for (let seed = 0; seed < 50; seed++) {
        const vectors = normalVectors(seed, 9, 4)
        const expected = aggregate(vectors, 2)
        for (const [k, value] of aggregate(shuffled(vectors, seed), 2).entries()) {
          assert.ok(Math.abs(value - (expected[k] as number)) <= 1e-6)
        }
      }
    })
  }

  it('krum gives one of its inputs, to the bit', () => {
    fc.assert(
      fc.property(scenes(), ({ vectors, f }) => {
        const winner = bits(parseRule('krum').aggregate(vectors, f))
        assert.ok(vectors.some((vector) => bits(vector).join() === winner.join()))
      }),
    )
  })

  it('multikrum with m=1 gives what krum gives', () => {
    fc.assert(
      fc.property(scenes(), ({ vectors, f }) => {
        const one = parseRule('multikrum:m=1').aggregate(vectors, f)
        assert.deepEqual(numbers(one), numbers(parseRule('krum').aggregate(vectors, f)))
      }),
    )
  })

  it('krum breaks ties by the lowest position', () => {
    const corners = [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ].map((row) => Float32Array.from(row))
    assert.deepEqual([...parseRule('krum').aggregate(corners, 0)], [0, 0])
    assert.deepEqual([...parseRule('krum').aggregate(corners.reverse(), 0)], [1, 1])
  })
})

it('with f = 0, a trimmed mean, minimum-diameter averaging and all of multikrum are the average', () => {
  fc.assert(
    fc.property(scenes(0, 3), ({ vectors }) => {
      const mean = parseRule('average').aggregate(vectors, 0)
      assert.deepEqual(parseRule('mda').aggregate(vectors, 0), mean)
      assert.deepEqual(parseRule('multikrum:m=n-f').aggregate(vectors, 0), mean)
      for (const [k, value] of parseRule('trmean').aggregate(vectors, 0).entries()) {
        assert.ok(Math.abs(value - (mean[k] as number)) <= 1e-6 * (1 + Math.abs(value)))
      }
    }),
  )
})

function shuffled(vectors: readonly Float32Array[], seed: number): Float32Array[] {
  return Array.from(permutation(vectors.length, seededRandom(seed)), (i) => vectors[i] as Float32Array)
}

function assertInBox(result: Float32Array, honest: readonly Float32Array[]): void {
  for (const [k, value] of result.entries()) {
    const values = honest.map((vector) => vector[k] as number)
    assert.ok(
      Math.min(...values) <= value && value <= Math.max(...values),
      `coordinate ${k}: ${value} not in ${values}`,
    )
  }
}
