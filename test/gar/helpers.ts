/** Vectors for the tests of rules. */
import fc from 'fast-check'
import { seededRandom } from '../../src/util/prng.ts'

export function vectorsOf(rows: readonly (readonly number[])[]): Float32Array[] {
  return rows.map((row) => Float32Array.from(row))
}

/** n standard normal vectors of length d. */
export function normalVectors(seed: number, n: number, d: number): Float32Array[] {
  const random = seededRandom(seed, 'vectors', n, d)
  return Array.from({ length: n }, () => Float32Array.from({ length: d }, () => random.normal()))
}

/** Coordinates with many ties, both zeros among them. */
const coarse = fc.constantFrom(-2, -1, -0, 0, 1, 2)
const fine = fc.float({ min: -1000, max: 1000, noNaN: true })

export interface Scene {
  readonly f: number
  readonly vectors: Float32Array[]
}

/** f up to 3, n from slope f + offset to a few more, d up to 5; half of the scenes are full of ties. */
export function scenes(slope = 2, offset = 3): fc.Arbitrary<Scene> {
  return fc
    .record({ f: fc.nat(3), spare: fc.nat(4), d: fc.integer({ min: 1, max: 5 }), ties: fc.boolean() })
    .chain(({ f, spare, d, ties }) => {
      const n = slope * f + offset + spare
      const row = fc.array(ties ? coarse : fine, { minLength: d, maxLength: d })
      return fc.record({
        f: fc.constant(f),
        vectors: fc.array(row, { minLength: n, maxLength: n }).map(vectorsOf),
      })
    })
}

/** All subsets of 0..n-1 with `size` members, in lexicographic order. */
export function* subsets(n: number, size: number, from = 0): Generator<number[]> {
  if (size === 0) {
    yield []
    return
  }
  for (let first = from; first <= n - size; first++) {
    for (const rest of subsets(n, size - 1, first + 1)) yield [first, ...rest]
  }
}
