/** The SIMD kernels against the reference: to the bit, for everything that rules may ask. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Rows } from '../../../src/gar/kernels/kernels.ts'
import { seededRandom } from '../../../src/util/prng.ts'
import { bits } from '../helpers.ts'
import {
  assertCombines,
  assertReduces,
  awkward,
  combinationsOf,
  countAfter,
  inShared,
  mixesOf,
  reductionsOf,
  simd,
} from './simd-helpers.ts'

const kernels = simd()

/** Around four, sixteen, a block and two: where loops end. */
const lengths = fc.oneof(
  fc.constantFrom(1, 3, 4, 15, 16, 17, 1023, 1024, 1025, 1027, 2047, 2048, 2065),
  fc.integer({ min: 1, max: 2100 }),
)

function everything(rows: Rows, seed: number): void {
  const random = seededRandom(seed, 'asked')
  const n = countAfter(rows.mixes, rows.vectors.length)
  for (const combination of combinationsOf(n, random)) assertCombines(kernels, combination, rows)
  for (const reduction of reductionsOf(n, random)) assertReduces(kernels, reduction, rows)
}

describe('SIMD kernels give the bits of the reference', () => {
  it('for any n up to 70, any length and any values, ties, both zeros, subnormal numbers and extremes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), lengths, fc.nat(), fc.boolean(), (n, d, seed, checked) => {
        everything({ vectors: awkward(seededRandom(seed), n, d), mixes: [], checked }, seed)
      }),
      { numRuns: 60 },
    )
  })

  it('for every n that has kernels of its own, and every f', () => {
    for (let n = 1; n <= 24; n++) {
      const vectors = awkward(seededRandom(n), n, 37)
      for (let f = 0; 2 * f < n; f++)
        assertCombines(kernels, { kind: 'rank-mean', from: f, to: n - f }, { vectors, mixes: [] })
    }
    for (let n = 25; n <= 67; n++) {
      const vectors = awkward(seededRandom(n), n, 37)
      assertCombines(kernels, { kind: 'rank-mean', from: 1, to: n - 1 }, { vectors, mixes: [] })
    }
  })

  it('of rows that are made of rows, twice over', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), lengths, fc.nat(), (n, d, seed) => {
        const random = seededRandom(seed)
        // Values so small that no mix of mixes overflows: NaN has many bit patterns.
        const vectors = awkward(random, n, d).map((vector) => vector.map((value) => value / 1024))
        for (const mixes of mixesOf(n, random)) everything({ vectors, mixes }, seed)
      }),
      { numRuns: 30 },
    )
  })

  it('for hundreds of vectors', () => {
    everything({ vectors: awkward(seededRandom(1), 300, 70), mixes: [] }, 1)
  })

  it('wherever the vectors and the result lie: in the memory of the kernels, outside, or some of each', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), lengths, fc.nat(), fc.nat(20), (n, d, seed, gap) => {
        const random = seededRandom(seed)
        const outside = awkward(random, n, d)
        const shared = inShared(outside, gap)
        const over = simd(shared.memory)
        const mixed = outside.map((vector, i) => (i % 3 === 0 ? vector : (shared.vectors[i] as Float32Array)))
        for (const vectors of [shared.vectors, mixed, outside]) {
          const rows = { vectors, mixes: [] }
          for (const reduction of reductionsOf(n, random)) assertReduces(over, reduction, rows)
          for (const combination of combinationsOf(n, random)) {
            assertCombines(over, combination, rows)
            assertCombines(over, combination, rows, shared.result)
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  it('in any stripes: blocks from..to-1 are what they are in the whole', () => {
    const vectors = awkward(seededRandom(3), 7, 5000)
    const combination = { kind: 'rank-mean', from: 2, to: 5 } as const
    const whole = new Float32Array(5000)
    const parts = new Float32Array(5000)
    kernels.combine(combination, { vectors, mixes: [] }, 0, 5000, whole)
    for (const [from, to] of [
      [2048, 5000],
      [0, 1024],
      [1024, 2048],
    ] as const)
      kernels.combine(combination, { vectors, mixes: [] }, from, to, parts)
    assert.deepEqual(bits(parts), bits(whole))
  })

  it('for vectors with holes, which it leaves to the reference', () => {
    const vectors = awkward(seededRandom(4), 5, 100)
    const valid = vectors.map((_, i) => new Uint8Array(13).fill(0b1011 << i))
    assertCombines(kernels, { kind: 'mean-of-valid' }, { vectors, mixes: [], valid })
    assertCombines(kernels, { kind: 'median-of-valid', even: 'lower' }, { vectors, mixes: [], valid })
  })
})
