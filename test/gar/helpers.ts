/** Vectors for the tests of rules. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Combination, Given } from '../../src/gar/gar.ts'
import { referenceKernels } from '../../src/gar/kernels/reference.ts'
import { reduced } from '../../src/gar/run.ts'
import { seededRandom } from '../../src/util/prng.ts'

/** One seed for all properties, so that a run can be repeated; `SEED=2` looks elsewhere. */
fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) })

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
/** Multiples of 1/1024, so that shifts and scales of tests are exact in float32. */
const fine = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((k) => k / 1024)

export interface Scene {
  /** Whether the coordinates are a few small numbers, many of them equal. */
  readonly ties: boolean
  readonly f: number
  readonly vectors: Float32Array[]
}

/** f up to 3, n from slope f + offset to a few more, d up to 5; half of the scenes are full of ties. */
export function scenes(slope = 2, offset = 3): fc.Arbitrary<Scene> {
  return scenesOf((f) => slope * f + offset)
}

/** The same from the least n that a rule accepts for f. */
export function scenesOf(minimum: (f: number) => number, spare = 4, mostF = 3): fc.Arbitrary<Scene> {
  return fc
    .record({ f: fc.nat(mostF), more: fc.nat(spare), d: fc.integer({ min: 1, max: 5 }), ties: fc.boolean() })
    .chain(({ f, more, d, ties }) => {
      const n = minimum(f) + more
      const row = fc.array(ties ? coarse : fine, { minLength: d, maxLength: d })
      return fc.record({
        f: fc.constant(f),
        ties: fc.constant(ties),
        vectors: fc.array(row, { minLength: n, maxLength: n }).map(vectorsOf),
      })
    })
}

/** All that any rule takes besides vectors: whoever does not need a thing is not told of it. */
export function everythingFor(vectors: readonly Float32Array[]): Given {
  const d = vectors[0]?.length ?? 0
  return {
    own: 0,
    random: seededRandom(1, 'given'),
    start: new Float32Array(d),
    valid: vectors.map(() => new Uint8Array(Math.ceil(d / 8)).fill(255)),
  }
}

/** The vector's numbers, with one zero: a mean of zeros is never -0, a copied input may be. */
export function numbers(vector: Float32Array): number[] {
  return Array.from(vector, (value) => value + 0)
}

/** The vector to the bit. */
export function bits(vector: Float32Array): number[] {
  return Array.from(new Int32Array(vector.buffer, vector.byteOffset, vector.length))
}

/** All pairwise squared distances, as rules get them. */
export function squaredDistances(vectors: readonly Float32Array[]): Float64Array {
  return reduced({ kind: 'squared-distances' }, { vectors })
}

/** One combination of whole vectors, by the reference kernels. */
export function combined(combination: Combination, vectors: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(vectors[0]?.length ?? 0)
  assert.ok(referenceKernels.combine(combination, { vectors, mixes: [] }, 0, result.length, result))
  return result
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
